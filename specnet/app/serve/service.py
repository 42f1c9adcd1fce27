"""The calls of the service, as FastAPI describes and answers them."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from specnet import __version__
from specnet.app.serve.guard import Guard, Refusal, RefusalResponse, is_allowed
from specnet.app.serve.live import Streams
from specnet.app.serve.metrics import Metrics
from specnet.app.serve.models import Models
from specnet.app.serve.work import Workers
from specnet.errors import SpecnetError

PAGE = Path(__file__).parent / "page"

ABOUT = "Find spoken words in recordings and in live sound. Times are in seconds."

SOUND = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}

REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "The token is missing or wrong."},
    408: {"description": "The upload takes too long."},
    413: {"description": "The upload is too large."},
    415: {"description": "The body is a form, and not the recording itself."},
    422: {"description": "No recording that can be read, or no such model, label or operating point."},
    503: {"description": "Too many at a time: the header Retry-After says when to try again."},
}

FORM = "the recording itself must be the body, not a form: curl --data-binary @FILE"


def service(models: Models, workers: Workers, token: str | None, say: Callable[[str], None]) -> FastAPI:
    """The application; with a `token`, whoever asks has to know it. `say` takes a line for whoever reads the log."""
    app = FastAPI(title="specnet", version=__version__, description=ABOUT, docs_url=None, redoc_url=None)
    metrics = Metrics()
    app.add_middleware(Guard, answered=metrics.answered)
    streams = Streams(models, token, metrics, say)
    bearer = HTTPBearer(auto_error=False, description="The token that the service was started with, if any.")

    def check(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> None:
        if not is_allowed(token, credentials.credentials if credentials else None):
            raise Refusal(401, "the token is missing or wrong", {"WWW-Authenticate": "Bearer"})

    allowed = [Depends(check)]

    @app.post("/detect", dependencies=allowed, responses=REFUSALS, openapi_extra={"requestBody": SOUND})
    async def detect(
        request: Request,
        file: Annotated[str, Query(description="What the answer calls the recording.")] = "recording",
        model: Annotated[str | None, Query(description="The first one unless given.")] = None,
        threshold: Annotated[float | None, Query(description="The least score that counts, 0 to 1.")] = None,
        false_alarms_per_hour: Annotated[float | None, Query(description="Or the score calibrated for this.")] = None,
        label: Annotated[list[str] | None, Query(description="Keep only these.")] = None,
        spectrogram: Annotated[bool, Query(description="Add what the network sees: a byte for each band.")] = False,
    ) -> Response:
        """Find the words in a recording, of any format that specnet detect reads: the same JSON document."""
        if request.headers.get("content-type", "").startswith("multipart/"):
            raise Refusal(415, FORM)
        choice = models.choose(model, threshold, false_alarms_per_hour, label)
        async with workers.place():
            with NamedTemporaryFile(prefix="specnet-") as body:
                await workers.receive(request, body)
                began = time.monotonic()
                scanned = await workers.scan(Path(body.name), file, choice, spectrogram)
        metrics.scan.observe(time.monotonic() - began)
        metrics.sound.labels("upload").inc(scanned.result.duration)
        metrics.found(choice.detector.name, (segment.label for segment in scanned.result.segments))
        return Response(scanned.text, media_type="application/json")

    @app.get("/models", dependencies=allowed)
    async def list_models() -> dict[str, Any]:
        """The models, their labels and operating points, and how many bytes a recording may have."""
        return {"models": models.describe(), "largest_upload": workers.limits.bytes}

    @app.get("/healthz")
    async def health() -> dict[str, str]:
        """Whether the service answers."""
        return {"status": "ok"}

    @app.get("/metrics", dependencies=allowed)
    async def show_metrics() -> Response:
        """Counts, in Prometheus' text format."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(PAGE / "docs.html")

    @app.websocket("/stream")
    async def stream(socket: WebSocket) -> None:
        await streams.attend(socket)

    app.mount("/", StaticFiles(directory=PAGE, html=True))

    def refuse(request: Request, refusal: Refusal) -> Response:
        peer = request.client.host if request.client else "a client that is gone"
        say(f"{peer}: {request.method} {request.url.path}: {refusal.status}: {refusal}")
        return RefusalResponse(refusal)

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        return refuse(request, refusal)

    @app.exception_handler(SpecnetError)
    async def wrong(request: Request, problem: SpecnetError) -> Response:
        return refuse(request, Refusal(422, str(problem)))

    @app.exception_handler(RequestValidationError)
    async def unclear(request: Request, problem: RequestValidationError) -> Response:
        complaints = (f"{each['loc'][-1]}: {each['msg']}, not {each['input']!r:.40}" for each in problem.errors())
        return refuse(request, Refusal(422, "; ".join(complaints)))

    @app.exception_handler(HTTPException)
    async def elsewhere(request: Request, problem: HTTPException) -> Response:
        return JSONResponse({"error": str(problem.detail)}, problem.status_code, problem.headers)

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, problem: ClientDisconnect) -> Response:
        return Response(status_code=400)  # nobody reads it

    return app
