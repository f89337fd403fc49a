# One image for the daily refresh and for the dashboard: see compose.yaml and docs/operations.md.
FROM python:3.11-slim-bookworm

# Figures need a browser (0.4 GB): docker compose build --build-arg FIGURES=yes
ARG FIGURES=no
# hadolint ignore=DL3008
RUN if [ "$FIGURES" = yes ]; then \
        apt-get update \
        && apt-get install -y --no-install-recommends chromium fonts-noto-color-emoji \
        && rm -rf /var/lib/apt/lists/*; \
    fi

# A new volume takes over the owner of the folder that it is mounted on.
RUN useradd --create-home --uid 1000 emotape \
    && install -d -o emotape -g emotape -m 700 /home/emotape/data

WORKDIR /opt/emotape
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY models ./models
COPY sql ./sql
COPY etl ./etl
COPY dashboard ./dashboard
RUN pip install --no-cache-dir --no-deps .
COPY docker/refresh-daily /usr/local/bin/

ENV EMOTAPE_HOME=/home/emotape/data \
    PYTHONUNBUFFERED=1
USER 1000
WORKDIR /home/emotape
VOLUME /home/emotape/data
EXPOSE 8501
# The slim image has no curl.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=8)"]
ENTRYPOINT ["emotape"]
# Inside the container only; compose.yaml publishes it on 127.0.0.1 of the machine.
CMD ["serve", "--address", "0.0.0.0"]
