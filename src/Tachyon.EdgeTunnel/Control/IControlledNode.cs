using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>What the control socket asks of a running node. Called from any thread; must not block.</summary>
internal interface IControlledNode
{
    StatusDocument Status();

    /// <summary>Null when the node knows no such channel.</summary>
    ChannelDocument? FindChannel(ChannelId channelId);

    /// <summary>Starts a cooperative close and returns; its progress shows in <see cref="ChannelDocument.Close"/>.</summary>
    CloseRequestOutcome RequestClose(ChannelId channelId);

    /// <summary>
    /// Starts to close a channel alone and returns once that is durable; its progress shows in <see cref="ChannelDocument.Close"/>.
    /// </summary>
    Task<CloseRequestOutcome> RequestForceCloseAsync(ChannelId channelId, CloseRoute route);

    /// <summary>Begins to raise a channel's capacity and returns; its progress shows in <see cref="ChannelDocument.TopUp"/>.</summary>
    TopUpAnswer RequestTopUp(ChannelId channelId, ulong capacityBytes);

    /// <summary>Has a provider take no new channels, or take them again.</summary>
    Task<NewChannelsAnswer> RequestNewChannelsAsync(bool take, CancellationToken cancellationToken);

    /// <summary>Asks for a graceful stop and returns.</summary>
    void RequestStop();
}

/// <summary>The answer to a request to close.</summary>
internal enum CloseRequestOutcome
{
    Invalid = 0,

    /// <summary>The close has begun, or had begun before.</summary>
    Started = 1,

    ChannelUnknown = 2,

    /// <summary>The channel is neither active nor closing.</summary>
    NotClosable = 3,
}

/// <summary>The answer to a request to take new channels or none.</summary>
/// <param name="IsProvider">Whether the node sells at all; where not, nothing was done.</param>
/// <param name="Detail">What is still to come, for people; null when all is done.</param>
internal sealed record NewChannelsAnswer(bool IsProvider, string? Detail);
