using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Model;
using Nethereum.Util;

namespace Nethereum.StandIn.Tests;

/// <summary>EIP-1559 transactions, byte for byte as foundry's cast writes them.</summary>
public sealed class TransactionTests
{
    // cast mktx --private-key <anvil's first> --nonce 0 --chain 31337 --gas-limit 21000 --gas-price 2gwei
    //   --priority-gas-price 1gwei 0x70997970C51812dc3A010C7d01b50e0d17dc79C8
    private const string Raw =
        "02f86c827a6980843b9aca0084773594008252089470997970c51812dc3a010c7d01b50e0d17dc79c88080c080a073a771ef3c533b2a89"
        + "5e08d7979544582a67ff7cc4066785f9fe175746ab6555a06797c631340e6899428987a594ff036f197445d18d589fbf368f115e30994c17";

    [Fact]
    public void CreateTransaction_ThenEncode_GivesTheSameBytes()
    {
        var read = Assert.IsType<Transaction1559>(TransactionFactory.CreateTransaction(Raw.HexToByteArray()));

        Assert.Equal(31337, read.ChainId);
        Assert.Equal(2_000_000_000, read.MaxFeePerGas);
        Assert.Equal(21_000, read.GasLimit);
        Assert.Equal("0x70997970c51812dc3a010c7d01b50e0d17dc79c8", read.ReceiverAddress);
        Assert.Equal(Raw, read.GetRLPEncoded().ToHex());
    }

    [Fact]
    public void SetSignature_OnADraft_GivesTheSignedTransaction()
    {
        var draft = new Transaction1559(
            31337, 0, 1_000_000_000, 2_000_000_000, 21_000, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 0, "0x", null);
        draft.SetSignature(new Signature(
            "73a771ef3c533b2a895e08d7979544582a67ff7cc4066785f9fe175746ab6555".HexToByteArray(),
            "6797c631340e6899428987a594ff036f197445d18d589fbf368f115e30994c17".HexToByteArray(),
            [0]));

        Assert.Equal(Raw, draft.GetRLPEncoded().ToHex());
        Assert.Equal(Sha3Keccack.Current.CalculateHash(Raw.HexToByteArray()), draft.Hash);
    }

    [Fact]
    public void Encode_LongData_UsesLongPrefixes()
    {
        var draft = new Transaction1559(1, 300, 1, 1, 1, null, 0, new string('a', 4_000), null);
        draft.SetSignature(new Signature([1], [2], [1]));

        var read = Assert.IsType<Transaction1559>(TransactionFactory.CreateTransaction(draft.GetRLPEncoded()));

        Assert.Equal(300, read.Nonce);
        Assert.Equal("0x" + new string('a', 4_000), read.Data);
        Assert.Null(read.ReceiverAddress);
        Assert.Equal(new byte[] { 1 }, read.Signature.V);
    }

    [Theory]
    [InlineData("02")]
    [InlineData("02c0")]
    [InlineData("02f8")]
    [InlineData("02f8ff00")]
    [InlineData("f86c")]
    public void CreateTransaction_OfDamagedBytes_Throws(string hex)
        => Assert.ThrowsAny<Exception>(() => TransactionFactory.CreateTransaction(hex.HexToByteArray()));

    [Fact]
    public void Keccak_OfNothing_IsTheKnownHash()
        => Assert.Equal(
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Sha3Keccack.Current.CalculateHash([]).ToHex());

    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    public void Checksum_IsThatOfEip55(string address)
        => Assert.Equal(address, address.ToLowerInvariant().ConvertToEthereumChecksumAddress());
}
