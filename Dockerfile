# Gatehouse as a container: the locked, hashed packages in a virtual environment, run by an unprivileged user.
# Web and worker in one process by default: docker run -p 8070:8070 -v gatehouse:/var/lib/gatehouse gatehouse
ARG PYTHON=3.13-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /src
RUN python -m venv /opt/gatehouse
COPY requirements.lock ./
RUN /opt/gatehouse/bin/pip install --quiet --require-hashes --only-binary :all: --no-deps -r requirements.lock
COPY . .
RUN /opt/gatehouse/bin/pip install --quiet --no-deps --no-index --no-build-isolation . \
    && /opt/gatehouse/bin/pip uninstall --quiet --yes setuptools pip

FROM python:${PYTHON}
RUN groupadd --system --gid 10001 gatehouse \
    && useradd --system --uid 10001 --gid gatehouse --home-dir /var/lib/gatehouse --shell /usr/sbin/nologin gatehouse \
    && install --directory --owner gatehouse --group gatehouse --mode 0700 /var/lib/gatehouse
COPY --from=build /opt/gatehouse /opt/gatehouse
ENV PATH=/opt/gatehouse/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GATEHOUSE_HOME=/var/lib/gatehouse \
    GATEHOUSE_HOST=0.0.0.0
USER gatehouse
WORKDIR /var/lib/gatehouse
VOLUME /var/lib/gatehouse
EXPOSE 8070
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8070/readyz', timeout=8)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["gatehouse"]
CMD ["serve"]
