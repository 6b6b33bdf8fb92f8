"""Sees to a Temporal namespace: how long closed workflows are kept, and our search attributes."""

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts.names import SEARCH_ATTRIBUTES

RETENTION = timedelta(days=30)
_RPC_TIMEOUT = timedelta(seconds=5)
_TYPES = {
    "Text": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "Double": IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
    "Bool": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
}
_NOT_YET = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.NOT_FOUND,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
}


class NotAnsweringError(RuntimeError):
    """The engine does not answer, or does not know the namespace yet."""


async def ensure_namespace(target: str, namespace: str) -> None:
    """Set the retention and add missing search attributes; say so when the engine is not ready."""
    try:
        client = await Client.connect(target, namespace=namespace)
        if await retention(client) != RETENTION:
            await _set_retention(client)
        missing = await missing_search_attributes(client)
        if missing:
            await _add_search_attributes(client, missing)
    except RPCError as error:
        if error.status in _NOT_YET:
            raise NotAnsweringError(str(error)) from error
        raise
    except RuntimeError as error:
        # The first connection of the SDK reports a refused connection as a bare RuntimeError.
        raise NotAnsweringError(str(error)) from error


async def retention(client: Client) -> timedelta:
    """Return how long a closed workflow can still be read."""
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace), timeout=_RPC_TIMEOUT
    )
    return described.config.workflow_execution_retention_ttl.ToTimedelta()


async def missing_search_attributes(client: Client) -> tuple[tuple[str, str], ...]:
    """Return which of our search attributes the namespace lacks, or has with another type."""
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace), timeout=_RPC_TIMEOUT
    )
    present = dict(listed.custom_attributes)
    return tuple((name, kind) for name, kind in SEARCH_ATTRIBUTES if present.get(name) != _TYPES[kind])


async def _set_retention(client: Client) -> None:
    kept = Duration()
    kept.FromTimedelta(RETENTION)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=kept),
        ),
        timeout=_RPC_TIMEOUT,
    )


async def _add_search_attributes(client: Client, missing: tuple[tuple[str, str], ...]) -> None:
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={name: _TYPES[kind] for name, kind in missing},
        ),
        timeout=_RPC_TIMEOUT,
    )
