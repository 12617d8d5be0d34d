using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Benchmarks;

/// <summary>Fixed keys, domain and terms, so that every run measures the same work.</summary>
internal static class Fixture
{
    internal static readonly Eip712Domain Domain = new(31337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"));

    internal static readonly KeySigner Consumer = new(Keccak256.HashText("benchmark consumer").ToArray());

    internal static readonly KeySigner Provider = new(Keccak256.HashText("benchmark provider").ToArray());

    internal static readonly Terms Terms = new(
        Consumer.Address,
        Provider.Address,
        ProtocolConstants.MaxCapacityBytes,
        new TokenAmount(1_000_000_000_000_000),
        10_000,
        ChannelKind.Direct,
        Keccak256.HashText("benchmark salt"));
}
