"""Writes the graph that compares one query with many vectors in whole numbers."""

from __future__ import annotations

from pathlib import Path

_OPSET = 17
_IR = 8  # the file format that goes with it


def write_scan(file: Path) -> None:
    """Write the product of a query, uint8 (1, d), and vectors, int8 (d, n), as int32 (1, n)."""
    from onnx import TensorProto, helper, save  # noqa: PLC0415 - takes a while, and most builds change nothing

    query = helper.make_tensor_value_info("query", TensorProto.UINT8, [1, "d"])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.INT8, ["d", "n"])
    products = helper.make_tensor_value_info("products", TensorProto.INT32, [1, "n"])
    node = helper.make_node("MatMulInteger", ["query", "vectors"], ["products"])
    graph = helper.make_graph([node], "scan", [query, vectors], [products])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR), str(file))
