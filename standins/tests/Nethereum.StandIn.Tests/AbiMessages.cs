using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Nethereum.StandIn.Tests;

[Function("f")]
public sealed class DynamicMessage : FunctionMessage
{
    [Parameter("uint256", "a", 1)]
    public BigInteger A { get; set; }

    [Parameter("uint32[]", "b", 2)]
    public List<uint> B { get; set; } = [];

    [Parameter("bytes10", "c", 3)]
    public byte[] C { get; set; } = [];

    [Parameter("bytes", "d", 4)]
    public byte[] D { get; set; } = [];
}

[Function("sam")]
public sealed class SamMessage : FunctionMessage
{
    [Parameter("bytes", "a", 1)]
    public byte[] A { get; set; } = [];

    [Parameter("bool", "b", 2)]
    public bool B { get; set; }

    [Parameter("uint256[]", "c", 3)]
    public List<BigInteger> C { get; set; } = [];
}

public sealed class Point
{
    [Parameter("uint64", "x", 1)]
    public ulong X { get; set; }

    [Parameter("int64", "y", 2)]
    public long Y { get; set; }
}

public sealed class Named
{
    [Parameter("string", "name", 1)]
    public string Name { get; set; } = "";

    [Parameter("tuple", "point", 2)]
    public Point Point { get; set; } = new();
}

[Function("store")]
public sealed class StoreMessage : FunctionMessage
{
    [Parameter("tuple[]", "items", 1)]
    public List<Named> Items { get; set; } = [];

    [Parameter("address", "owner", 2)]
    public string Owner { get; set; } = "";

    [Parameter("bytes32", "salt", 3)]
    public byte[] Salt { get; set; } = [];
}

[Function("total", "uint256")]
public sealed class TotalMessage : FunctionMessage;

[Function("pair", typeof(PairOutput))]
public sealed class PairMessage : FunctionMessage;

[FunctionOutput]
public sealed class PairOutput : IFunctionOutputDTO
{
    [Parameter("uint256", "a", 1)]
    public BigInteger A { get; set; }

    [Parameter("string", "b", 2)]
    public string B { get; set; } = "";
}

[Event("Transfer")]
public sealed class TransferEvent : IEventDTO
{
    [Parameter("address", "from", 1, true)]
    public string From { get; set; } = "";

    [Parameter("address", "to", 2, true)]
    public string To { get; set; } = "";

    [Parameter("uint256", "value", 3, false)]
    public BigInteger Value { get; set; }
}

[Error("InsufficientBalance")]
public sealed class InsufficientBalanceError : IErrorDTO
{
    [Parameter("uint256", "available", 1)]
    public BigInteger Available { get; set; }

    [Parameter("uint256", "required", 2)]
    public BigInteger Required { get; set; }
}
