using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.TunnelBench.Nodes;

/// <summary>Fixed keys and a channel between them, which both processes know beforehand.</summary>
internal static class BenchChannel
{
    public static readonly Eip712Domain Domain = new(31337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"));

    public static readonly KeySigner Consumer = new(Keccak256.HashText("benchmark consumer").ToArray());

    public static readonly KeySigner Provider = new(Keccak256.HashText("benchmark provider").ToArray());

    private static readonly Terms Terms = new(
        Consumer.Address,
        Provider.Address,
        ProtocolConstants.MaxCapacityBytes,
        new TokenAmount(1_000_000),
        TolerancePpm: 1_000,
        ChannelKind.Direct,
        Keccak256.HashText("benchmark salt"));

    public static readonly TunnelChannel Channel = new(Terms.ChannelId(Domain), Terms, ProtocolConstants.MaxCapacityBytes);

    internal sealed class Directory : IChannelDirectory
    {
        public ValueTask<ChannelAdmission> AdmitAsync(ChannelId channelId, CancellationToken cancellationToken) =>
            ValueTask.FromResult(channelId == Channel.ChannelId
                ? ChannelAdmission.Admit(Channel)
                : ChannelAdmission.Refuse(GoodbyeReason.ChannelUnknown, "not the benchmark's channel"));
    }
}
