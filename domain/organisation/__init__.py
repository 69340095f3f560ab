"""组织: bodies, persons, positions, chains, proxies and reorganisation as values and pure rules.

What is a fact about the organisation is judged here and remembered in the stream `organisation`; who may ask
for it is the permission table's answer (`domain.permissions`). No name of a person is ever part of an event.
"""
