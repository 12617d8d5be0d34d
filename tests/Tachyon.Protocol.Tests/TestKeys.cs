using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests;

/// <summary>Deterministic keys, domain and terms of the tests.</summary>
internal static class TestKeys
{
    internal static readonly Eip712Domain Domain =
        new(31337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"));

    internal static readonly KeySigner Consumer = Key("tachyon test consumer");

    internal static readonly KeySigner Provider = Key("tachyon test provider");

    internal static readonly KeySigner Stranger = Key("tachyon test stranger");

    internal static KeySigner Key(string name) => new(Keccak256.HashText(name).ToArray());

    internal static Terms Terms(
        ulong capacityBytes = 1_000_000_000,
        uint tolerancePpm = 10_000,
        ulong pricePerMB = 1_000_000_000_000_000,
        ChannelKind kind = ChannelKind.Direct) =>
        new(
            Consumer.Address,
            Provider.Address,
            capacityBytes,
            new TokenAmount(pricePerMB),
            tolerancePpm,
            kind,
            Keccak256.HashText("salt"));
}
