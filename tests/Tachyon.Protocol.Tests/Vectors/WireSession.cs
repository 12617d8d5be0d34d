using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>The one session that all of vectors/wire-v1.json is about: its channel, certificates, secrets and first units.</summary>
internal static class WireSession
{
    internal const uint ConsumerReceiver = 0x01020304;
    internal const uint ProviderReceiver = 0x0A0B0C0D;

    internal static readonly Terms Terms = ProtocolVectors.Direct;
    internal static readonly ChannelId ChannelId = Terms.ChannelId(ProtocolVectors.Domain);

    internal static readonly Bytes32 ConsumerCertificate = Keccak256.HashText("consumer certificate");
    internal static readonly Bytes32 ProviderCertificate = Keccak256.HashText("provider certificate");

    internal static readonly Bytes32 ConsumerSecret = Keccak256.HashText("consumer secret");
    internal static readonly Bytes32 ProviderSecret = Keccak256.HashText("provider secret");

    internal static readonly Bytes32 ConsumerPathSecret = Keccak256.HashText("consumer path secret");
    internal static readonly Bytes32 ProviderPathSecret = Keccak256.HashText("provider path secret");

    internal static readonly Bytes32 Tag = Keccak256.HashText("a route's tag");
    internal static readonly KeySigner RouteKey = new(Keccak256.HashText("a route's key").ToArray());

    internal static readonly SignedUnit ConsumerUnit = SignedUnit.Sign(
        new UsageUnit(ChannelId, 1, 1_000, Terms.Consumer, Terms.Provider, ProtocolVectors.Time * 1_000, Bytes32.Zero),
        ProtocolVectors.Consumer,
        ProtocolVectors.Domain);

    internal static readonly SignedUnit ProviderUnit = SignedUnit.Sign(
        ConsumerUnit.Unit with { TimestampMs = ConsumerUnit.Unit.TimestampMs + 20, CounterUnit = ConsumerUnit.Unit.StructHash() },
        ProtocolVectors.Provider,
        ProtocolVectors.Domain);

    internal static KeySigner SignerOf(SessionRole role) => role == SessionRole.Consumer ? ProtocolVectors.Consumer : ProtocolVectors.Provider;

    internal static RecordSecrets Records(RecordCipher cipher) =>
        new(ConsumerSecret, ProviderSecret, ChannelId, ConsumerCertificate, ProviderCertificate, cipher);

    internal static DatagramSecrets Datagrams(RecordCipher cipher) =>
        new(ConsumerPathSecret, ProviderPathSecret, ChannelId, ConsumerReceiver, ProviderReceiver, cipher);

    internal static string Hex(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);
}
