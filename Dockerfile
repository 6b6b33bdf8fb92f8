# The image of API, worker and one-shots: the same code, another command. Nothing in it runs as root.

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /opt/redress \
    && /opt/redress/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
       -r requirements.lock

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin redress \
    && install -d -o redress -g redress -m 0700 /var/lib/redress /var/spool/redress
COPY --from=build /opt/redress /opt/redress
WORKDIR /app
COPY contracts contracts
COPY policies policies
COPY reports reports
COPY db db
COPY gateways gateways
COPY activities activities
COPY workflows workflows
COPY api api
COPY runtime runtime
COPY migrations migrations
COPY examples examples
COPY worker.py ./
# The command by its own name, as everywhere else.
RUN printf '#!/bin/sh\nexec python -m runtime.cli "$@"\n' > /usr/local/bin/redress && chmod 0755 /usr/local/bin/redress
ENV PATH=/opt/redress/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    REDRESS_STATE_DIR=/var/lib/redress
USER redress
VOLUME ["/var/lib/redress", "/var/spool/redress"]
EXPOSE 8000
CMD ["python", "-m", "runtime.serve"]
