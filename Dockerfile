# Two stages: the first builds wheels, the second holds only what runs.
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
COPY knowledge knowledge
RUN pip wheel --no-cache-dir --wheel-dir /wheels '.[postgres]'

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 0700 /state
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links=/wheels 'community-bot[postgres]'
USER bot
WORKDIR /
ENV PYTHONUNBUFFERED=1 \
    COMMUNITY_BOT_KNOWLEDGE=/knowledge \
    COMMUNITY_BOT_STATE_DIR=/state
VOLUME /state
STOPSIGNAL SIGTERM
# Unhealthy when a platform that is set up is not connected. It needs the setting `health`.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["community-bot", "health"]
ENTRYPOINT ["community-bot"]
CMD ["run"]
