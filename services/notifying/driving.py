"""一轮通知: everything that can go now, without Prefect: for rehearsals, and where a command waits for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from domain.outside import Rng
from domain.pushing import SUBSCRIPTION
from services import delivery
from services.bootstrap import Runtime
from services.notifying.claiming import claim_letters
from services.notifying.environment import Notifying
from services.notifying.holding import release_held
from services.notifying.sending import send_letters
from services.notifying.sharing import share_out
from services.pushing.sharing import share_events


def go_round(runtime: Runtime, by: str, rng: Rng) -> int:
    """一轮: share out, release, send through every channel at the same time; return how many were tried."""
    post, lease_s = runtime.notifying, runtime.settings.relay_lease_s
    while share_out(post):
        continue
    release_held(post)
    if SUBSCRIPTION in runtime.channels:
        share_events(runtime.db, runtime.wall)
    works = [
        *(partial(_messages, runtime, channel, by, lease_s, rng) for channel in runtime.channels),
        *(partial(_letters, post, channel, by, lease_s, rng) for channel in post.ports),
    ]
    with ThreadPoolExecutor(len(works), thread_name_prefix="notices") as pool:
        return sum(pool.map(lambda work: work(), works))


def _messages(runtime: Runtime, channel: str, by: str, lease_s: float, rng: Rng) -> int:
    done = 0
    while claims := delivery.claim_messages(runtime.db, runtime.wall, by, lease_s, channel):
        delivery.deliver_batch(runtime.db, runtime.wall, runtime.channels, channel, claims, rng)
        done += len(claims)
    return done


def _letters(post: Notifying, channel: str, by: str, lease_s: float, rng: Rng) -> int:
    done = 0
    while claims := claim_letters(post, by, lease_s, channel):
        settled = send_letters(post, channel, claims, rng)
        done += len(settled)
    return done
