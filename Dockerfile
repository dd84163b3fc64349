# docker build -t gradient-playground .
# docker run --rm -p 8501:8501 --env-file hosted.env gradient-playground
ARG BASE=python:3.12-slim
FROM ${BASE}

# --build-arg TORCH_INDEX=... takes torch from there: an index of its CPU wheels makes a small image
ARG TORCH_INDEX=""
# --build-arg EXTRAS=cluster for one that sends its runs to Dask workers, or is one
ARG EXTRAS=""

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY pyproject.toml hatch_build.py constraints.txt README.md ./
RUN mkdir playground && touch playground/__init__.py \
    && PIP_BUILD_CONSTRAINT=constraints.txt pip install -c constraints.txt ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} --editable ".${EXTRAS:+[$EXTRAS]}"
COPY . .
RUN python -m compileall -q playground pages app.py \
    && useradd --system --home-dir /tmp playground
USER playground

ENV STREAMLIT_SERVER_HEADLESS=true STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_PORT=8501
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["streamlit", "run", "app.py"]
