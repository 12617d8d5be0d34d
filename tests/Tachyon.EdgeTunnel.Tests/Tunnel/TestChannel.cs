using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Two nodes with keys and a channel between them.</summary>
internal sealed class TestChannel : IDisposable
{
    public TestChannel(byte salt = 1, ulong capacityBytes = 10_000_000_000, uint tolerancePpm = 1_000, ChannelKind kind = ChannelKind.Direct)
    {
        var terms = new Terms(
            Consumer.Address,
            Provider.Address,
            capacityBytes,
            new TokenAmount(1_000_000),
            tolerancePpm,
            kind,
            Bytes32.FromBytes([salt, .. new byte[31]]));
        Channel = new TunnelChannel(terms.ChannelId(Domain), terms, capacityBytes);
    }

    public static Eip712Domain Domain { get; } = new(31337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"));

    public KeySigner Consumer { get; } = Key(0x11);

    public KeySigner Provider { get; } = Key(0x22);

    public KeySigner Stranger { get; } = Key(0x33);

    public TunnelChannel Channel { get; }

    public IChannelDirectory Directory => new OneChannelDirectory(Channel);

    public static SessionHandshake Handshake(KeySigner signer, TimeProvider? time = null) =>
        new(signer, new SignatureVerifier(), Domain, TimeSpan.FromSeconds(10), time ?? TimeProvider.System);

    public void Dispose()
    {
        Consumer.Dispose();
        Provider.Dispose();
        Stranger.Dispose();
    }

    private static KeySigner Key(byte filler) => new(Enumerable.Repeat(filler, 32).ToArray());

    private sealed class OneChannelDirectory(TunnelChannel channel) : IChannelDirectory
    {
        public ValueTask<ChannelAdmission> AdmitAsync(ChannelId channelId, CancellationToken cancellationToken) =>
            ValueTask.FromResult(channelId == channel.ChannelId
                ? ChannelAdmission.Admit(channel)
                : ChannelAdmission.Refuse(GoodbyeReason.ChannelUnknown, "not this test's channel"));
    }
}
