# One image for the web, the relay, the worker, the Prefect server and the command line.
# It only calls scripts/install.sh, which the Makefile and CI call too. A mirror of the package index and of the
# base image is given at build time: --build-arg PYTHON_IMAGE=…, and PIP_ARGS for pip.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ARG PIP_ARGS=
WORKDIR /src
COPY . .
RUN scripts/install.sh --prefix /opt/zone-reform --lock cluster

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/zone-reform /opt/zone-reform
RUN useradd --system --uid 10001 --home-dir /var/lib/zone-reform --create-home --shell /usr/sbin/nologin zone
ENV PATH=/opt/zone-reform/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ZR_DATA_DIR=/var/lib/zone-reform \
    ZR_WEB_HOST=0.0.0.0
USER zone
WORKDIR /var/lib/zone-reform
VOLUME /var/lib/zone-reform
EXPOSE 8720
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8720/livez', timeout=4)"]
CMD ["zonectl", "web", "run"]
