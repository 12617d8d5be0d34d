using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests;

/// <summary>Two nodes and channels between them.</summary>
internal static class TestChannels
{
    public static readonly byte[] ConsumerKey = Key(1);
    public static readonly byte[] ProviderKey = Key(2);

    public static readonly KeySigner Consumer = new(ConsumerKey);
    public static readonly KeySigner Provider = new(ProviderKey);

    public static readonly Eip712Domain Domain = new(31_337, Address.Parse("0x00000000000000000000000000000000000000cc"));

    public static byte[] Key(byte number) => [.. Enumerable.Repeat(number, 32)];

    /// <summary>Terms between the two; the salt makes them different channels.</summary>
    public static Terms Terms(byte salt = 1, ulong capacityBytes = 1_000_000_000) => new(
        Consumer.Address,
        Provider.Address,
        capacityBytes,
        new TokenAmount(1_000_000_000_000_000),
        1_000,
        ChannelKind.Direct,
        Bytes32.FromBytes(Key(salt)));

    public static ChannelRecord Record(
        byte salt = 1, SessionRole role = SessionRole.Consumer, ChannelStage stage = ChannelStage.Active, Eip712Domain? domain = null)
    {
        var terms = Terms(salt);
        return new ChannelRecord
        {
            ChannelId = terms.ChannelId(domain ?? Domain),
            Role = role,
            Terms = terms,
            Stage = stage,
            CapacityBytes = terms.CapacityBytes,
            Endpoint = role == SessionRole.Consumer ? "127.0.0.1:9440" : null,
            KnownAtMs = salt,
        };
    }
}
