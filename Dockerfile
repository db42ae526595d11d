# One image per service. SERVICE is a folder of services/:
#   docker build --build-arg SERVICE=intake -t ridealong/intake .
# The one that holds models takes those that `make setup` has put into var/models:
#   docker build --build-arg SERVICE=inference --target model-server -t ridealong/inference .

FROM python:3.11-slim AS dependencies
ARG SERVICE
ARG UV=0.13.9
RUN test -n "$SERVICE" || { echo "name a service: --build-arg SERVICE=intake" >&2; exit 1; }
RUN pip install --no-cache-dir "uv==$UV"
WORKDIR /build
COPY pyproject.toml requirements.lock ./
# What this service needs and no more, at the versions of the lock, and with their hashes.
RUN uv pip compile --quiet --generate-hashes --extra "$(echo "$SERVICE" | tr _ -)" \
      --constraint requirements.lock --output-file image.lock pyproject.toml \
 && python -m venv /app/.venv \
 && /app/.venv/bin/pip install --no-cache-dir --require-hashes -r image.lock

FROM python:3.11-slim AS code
ARG SERVICE
ENV SERVICE=$SERVICE PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
RUN useradd --system --uid 10001 ridealong && install -d -o ridealong var
COPY --from=dependencies /app/.venv .venv
COPY ridealong ridealong
# No sibling is in the image: a service that imports one cannot even start.
COPY services/__init__.py services/__init__.py
COPY services/${SERVICE} services/${SERVICE}
USER 10001
# The sidecar says which port; it shares the network of this container.
CMD ["sh", "-c", "exec python -m ridealong.chassis.run \"$SERVICE\""]

FROM code AS model-server
COPY --chown=10001 var/models var/models

FROM code AS service
