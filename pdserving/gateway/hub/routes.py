"""The routes of PaddleHub Serving's protocol: `POST /predict/<name>` with pictures, answered by the results of each."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, create_model

from pdserving.base64_text import decode_base64
from pdserving.config.schema import HubService, Limits
from pdserving.errors import (
    KeyMissingError,
    KeyUnknownError,
    OptionInvalidError,
    TooManyImagesError,
    WrongServiceError,
    client_error,
    is_fault,
)
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.deadline import HEADER as DEADLINE_HEADER
from pdserving.gateway.errors import HUB, hub_content, hub_error
from pdserving.gateway.gathering import PartError, gather
from pdserving.gateway.hub.schema import EXAMPLES, RESULTS, HubAnswer, HubBody, HubFailure, hub_results
from pdserving.gateway.openapi import PICTURE, REST_ONLY, failures
from pdserving.gateway.workers.picture_reader import PICTURES_AT_A_TIME, Read
from pdserving.hardware.processor import usable_cores
from pdserving.hub.module import HubModule, change_image, change_results, load_module

_log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

EXAMPLE = 'a hub request such as {"images": ["<base64>"]}'
_OTHER_METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
_NEVER_ANSWERED = (*REST_ONLY, KeyMissingError, KeyUnknownError, OptionInvalidError, WrongServiceError)


class _Endpoint:
    """One service. Its module has threads of its own: where it hangs, it holds up no other service."""

    def __init__(self, service: HubService, read: Read, limits: Limits) -> None:
        self._service = service
        self._read = read
        self._limits = limits
        self._module: HubModule | None = None
        if service.module is not None:
            self._module = load_module(service.name, service.module)
            self._threads = ThreadPoolExecutor(usable_cores() + 4, f"module-{service.name}")

    async def predict(self, request: Request) -> JSONResponse:
        """The answer to a request, in hub's form."""
        try:
            body = await read_body(request, self._limits)
            images = await asyncio.to_thread(_parse, body, self._limits)
            results = await self._results(images, request.state.request_id)
            return JSONResponse(HubAnswer(results=results).model_dump())
        except PartError as error:
            # A client that sent one picture knows which one failed.
            return self._failure(request, error.error, f"images[{error.index}]: " if len(images) > 1 else "")
        except Exception as error:
            return self._failure(request, error)

    def _failure(self, request: Request, error: Exception, place: str = "") -> JSONResponse:
        if is_fault(error):
            _log.error("request %s: service %s failed", request.state.request_id, self._service.name, exc_info=error)
        return hub_error(request, client_error(error), place)

    async def _results(self, images: Sequence[bytes], request_id: str) -> list[list[dict[str, Any]]]:
        """The results of each picture, in the pictures' order.

        Raises:
            PartError: a picture failed; the others are given up.
        """
        places = asyncio.Semaphore(PICTURES_AT_A_TIME)

        async def one(image: bytes) -> list[dict[str, Any]]:
            async with places:
                return await self._result(image, request_id)

        return await gather(images, one)

    async def _result(self, image: bytes, request_id: str) -> list[dict[str, Any]]:
        service, module = self._service, self._module
        if module is None:
            return hub_results(service.kind, await self._read(image, service.options, request_id))
        image = await self._in_thread(change_image, service.name, module, image)
        results = hub_results(service.kind, await self._read(image, service.options, request_id))
        return await self._in_thread(change_results, service.name, module, results)

    async def _in_thread(self, function: Callable[..., ResultT], *arguments: object) -> ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)


def hub_router(services: Sequence[HubService], read: Read, limits: Limits) -> APIRouter:
    """The router of `/predict/<name>`, for each of these services and for other names.

    Args:
        services: the services.
        read: reads a picture with a request's options and id, as `PictureReader.read` does; raises RequestError.
        limits: the limits of bodies and pictures.

    Raises:
        HubError: the `module.py` of a service cannot be loaded.
    """
    router = APIRouter(prefix=HUB, tags=["PaddleHub Serving"])
    schema = HubBody.model_json_schema()
    schema["properties"]["images"]["maxItems"] = limits.max_images
    for service in services:
        router.add_api_route(
            f"/{service.name}",
            _Endpoint(service, read, limits).predict,
            methods=["POST"],
            name=service.name,
            summary=f"PaddleHub Serving: {service.name}",
            description=_description(limits),
            response_class=JSONResponse,
            responses={
                200: {
                    "model": _answer_model(service),
                    "description": "the results of each picture",
                    **_example(HubAnswer(results=[[EXAMPLES[service.kind].model_dump()]])),
                },
                **failures(HubFailure, lambda kind: hub_content(kind.example), _NEVER_ANSWERED),
            },
            openapi_extra={
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": schema, "example": {"images": [PICTURE]}}},
                }
            },
        )
    names = ", ".join(service.name for service in services)

    @router.post("/{name}", include_in_schema=False)
    async def unknown(name: str, request: Request) -> JSONResponse:
        return hub_error(request, WrongServiceError(f"no service {name[:80]!r}; accepted: {names}"))

    @router.api_route("/{name}", methods=_OTHER_METHODS, include_in_schema=False)
    async def other_method(name: str, request: Request) -> JSONResponse:
        error = WrongServiceError(f"{request.method} {HUB}/{name[:80]}: accepted: POST")
        answer = hub_error(request, error, status=HTTPStatus.METHOD_NOT_ALLOWED)
        answer.headers["allow"] = "POST"
        return answer

    return router


def _parse(body: bytes, limits: Limits) -> list[bytes]:
    """The pictures of a request's body.

    Raises:
        RequestError: the body is not a hub request, or has too many pictures.
    """
    images = parse_json(body, HubBody, EXAMPLE, limits).images
    if len(images) > limits.max_images:
        raise TooManyImagesError(f"images: {len(images)} pictures; the limit max_images is {limits.max_images}")
    return [decode_base64(image, f"images[{index}]") for index, image in enumerate(images)]


def _description(limits: Limits) -> str:
    return f"""\
Reads up to {limits.max_images} pictures (`max_images`) of at most {limits.max_image_pixels} pixels (`max_image_pixels`)
in {limits.max_message_bytes} bytes of body (`max_message_bytes`), within {limits.request_timeout_s:g} seconds
(`request_timeout_s`) or those of the header `{DEADLINE_HEADER}`; `results` has a list for each, in their order.
A request that fails has `status` "-1", no `results`, and in `msg` what was wrong.
"""


def _example(answer: HubAnswer) -> dict[str, Any]:
    return {"content": {"application/json": {"example": answer.model_dump()}}}


def _answer_model(service: HubService) -> type[BaseModel]:
    """The schema of a service's answer, for its description. A module may return any fields."""
    result: Any = dict[str, Any] if service.module is not None else RESULTS[service.kind]
    return create_model(
        f"{service.name} answer",
        __base__=HubAnswer,
        results=(list[list[result]], Field(description="for each picture, in order: a dict for each line or crop")),
    )
