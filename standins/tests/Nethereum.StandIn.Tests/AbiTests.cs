using System.Numerics;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;

namespace Nethereum.StandIn.Tests;

/// <summary>Encodings as the Solidity ABI specification gives them, and the package's ways with what does not fit.</summary>
public sealed class AbiTests
{
    [Fact]
    public void GetCallData_OfTheSpecificationsDynamicExample_GivesItsBytes()
    {
        var message = new DynamicMessage
        {
            A = 0x123,
            B = [0x456, 0x789],
            C = "1234567890"u8.ToArray(),
            D = "Hello, world!"u8.ToArray(),
        };

        Assert.Equal(
            "8be65246"
            + "0000000000000000000000000000000000000000000000000000000000000123"
            + "0000000000000000000000000000000000000000000000000000000000000080"
            + "3132333435363738393000000000000000000000000000000000000000000000"
            + "00000000000000000000000000000000000000000000000000000000000000e0"
            + "0000000000000000000000000000000000000000000000000000000000000002"
            + "0000000000000000000000000000000000000000000000000000000000000456"
            + "0000000000000000000000000000000000000000000000000000000000000789"
            + "000000000000000000000000000000000000000000000000000000000000000d"
            + "48656c6c6f2c20776f726c642100000000000000000000000000000000000000",
            message.GetCallData().ToHex());
    }

    [Fact]
    public void GetCallData_OfTheSpecificationsSam_GivesItsBytes()
        => Assert.Equal(
            "a5643bf2"
            + "0000000000000000000000000000000000000000000000000000000000000060"
            + "0000000000000000000000000000000000000000000000000000000000000001"
            + "00000000000000000000000000000000000000000000000000000000000000a0"
            + "0000000000000000000000000000000000000000000000000000000000000004"
            + "6461766500000000000000000000000000000000000000000000000000000000"
            + "0000000000000000000000000000000000000000000000000000000000000003"
            + "0000000000000000000000000000000000000000000000000000000000000001"
            + "0000000000000000000000000000000000000000000000000000000000000002"
            + "0000000000000000000000000000000000000000000000000000000000000003",
            new SamMessage { A = "dave"u8.ToArray(), B = true, C = [1, 2, 3] }.GetCallData().ToHex());

    [Fact]
    public void DecodeInput_OfTuplesInArrays_GivesThemBack()
    {
        var message = new StoreMessage
        {
            Items =
            [
                new Named { Name = "a name that is longer than one word of 32 bytes", Point = new Point { X = 1, Y = -2 } },
                new Named { Name = "", Point = new Point { X = ulong.MaxValue, Y = long.MinValue } },
            ],
            Owner = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            Salt = [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
        };

        var decoded = new StoreMessage().DecodeInput(message.GetCallData().ToHex(true));

        Assert.Equal(message.Items.Select(i => (i.Name, i.Point.X, i.Point.Y)), decoded.Items.Select(i => (i.Name, i.Point.X, i.Point.Y)));
        // An address comes back with its checksum.
        Assert.Equal("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", decoded.Owner);
        Assert.Equal(message.Salt, decoded.Salt);
    }

    [Fact]
    public void Selectors_OfTuples_UseTheirMembers()
    {
        Assert.Equal("store((string,(uint64,int64))[],address,bytes32)", "store" + Nethereum.ABI.AbiSchema.Of(typeof(StoreMessage)).Signature);
        Assert.Equal(
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
            ABITypedRegistry.GetEvent<TransferEvent>().Sha3Signature);
        Assert.Equal("cf479181", ABITypedRegistry.GetError<InsufficientBalanceError>().Sha3Signature);
    }

    [Fact]
    public void GetCallData_ByAnInheritedStaticType_FindsNoFunction()
    {
        FunctionMessage message = new TotalMessage();

        Assert.Throws<ArgumentException>(() => message.GetCallData());
    }

    [Fact]
    public void GetCallData_ValueThatDoesNotFit_Throws()
    {
        Assert.Throws<AbiEncodingException>(() => new DynamicMessage { A = -1, C = new byte[10] }.GetCallData());
        Assert.Throws<AbiEncodingException>(() => new DynamicMessage { A = BigInteger.One << 256, C = new byte[10] }.GetCallData());
        Assert.Throws<AbiEncodingException>(() => new DynamicMessage { C = new byte[9] }.GetCallData());
    }

    [Fact]
    public void GetCallData_ShortBytes32_IsPaddedOnTheRight()
    {
        var data = new StoreMessage { Owner = "0x01", Salt = [0xAB] }.GetCallData();

        Assert.Equal("ab" + new string('0', 62), data.AsSpan(4 + 64, 32).ToArray().ToHex());
    }

    [Fact]
    public void DecodeEvent_ReadsTopicsAndData()
    {
        var log = new FilterLog
        {
            Topics =
            [
                "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
                "0x0000000000000000000000005aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                "0x0000000000000000000000000000000000000000000000000000000000000001",
            ],
            Data = "0x00000000000000000000000000000000000000000000000000000000000000ff",
        };

        var decoded = log.DecodeEvent<TransferEvent>();

        Assert.Equal("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", decoded.Event.From);
        Assert.Equal(255, decoded.Event.Value);
        Assert.Same(log, decoded.Log);
        log.Topics[0] = "0x" + new string('1', 64);
        Assert.Null(log.DecodeEvent<TransferEvent>());
    }

    [Fact]
    public void DecodeExceptionEncodedData_OfAnotherError_IsNull()
    {
        var data = "0xcf479181" + new string('0', 63) + "7" + new string('0', 63) + "8";

        var error = data.DecodeExceptionEncodedData<InsufficientBalanceError>();

        Assert.Equal((7, 8), ((int)error.Available, (int)error.Required));
        Assert.Null(("0x00000000" + data[10..]).DecodeExceptionEncodedData<InsufficientBalanceError>());
    }

    [Theory]
    [InlineData("0x0", 0)]
    [InlineData("0x400", 1024)]
    [InlineData("0xff", 255)]
    public void HexBigInteger_WritesAndReadsQuantities(string hex, int value)
    {
        Assert.Equal(value, new HexBigInteger(hex).Value);
        Assert.Equal(hex, new HexBigInteger((BigInteger)value).HexValue);
    }
}
