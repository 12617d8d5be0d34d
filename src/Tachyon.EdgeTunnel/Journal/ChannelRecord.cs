using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>Where a channel of this node stands. The numbers are in the journal.</summary>
internal enum ChannelStage
{
    Invalid = 0,

    /// <summary>Terms were chosen here and a transaction may be on its way; the chain does not show it yet.</summary>
    Intended = 1,

    /// <summary>The deposit is in escrow.</summary>
    Opened = 2,

    /// <summary>Units count.</summary>
    Active = 3,

    /// <summary>Someone started to close; the challenge period runs.</summary>
    Closing = 4,

    /// <summary>Paid out; final.</summary>
    Settled = 5,

    /// <summary>The provider declined; final.</summary>
    Declined = 6,

    /// <summary>Nobody confirmed in time; final.</summary>
    Expired = 7,

    /// <summary>The chain refused to open it; final.</summary>
    Abandoned = 8,
}

/// <summary>A channel that this node is a party of, as it last saw it on its own RPC endpoint.</summary>
internal sealed record ChannelRecord
{
    public required ChannelId ChannelId { get; init; }

    /// <summary>This node's side.</summary>
    public required SessionRole Role { get; init; }

    /// <summary>With the opening capacity.</summary>
    public required Terms Terms { get; init; }

    public required ChannelStage Stage { get; init; }

    /// <summary>With all top-ups.</summary>
    public required ulong CapacityBytes { get; init; }

    /// <summary>Bytes that claims have paid for.</summary>
    public ulong PaidBytes { get; init; }

    /// <summary>Unix seconds; opened: confirming ends; closing: settling starts.</summary>
    public ulong DeadlineSeconds { get; init; }

    /// <summary>The provider's endpoint, HOST:PORT, where this node is the consumer.</summary>
    public string? Endpoint { get; init; }

    /// <summary>When this node first heard of the channel, Unix milliseconds.</summary>
    public required long KnownAtMs { get; init; }

    /// <summary>The other side.</summary>
    public Address Peer => Role == SessionRole.Consumer ? Terms.Provider : Terms.Consumer;

    /// <summary>Whether nothing will change any more.</summary>
    public bool IsFinal => Stage is ChannelStage.Settled or ChannelStage.Declined or ChannelStage.Expired or ChannelStage.Abandoned;
}
