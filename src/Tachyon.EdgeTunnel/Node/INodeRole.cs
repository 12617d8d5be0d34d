using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>What a role shows in the status beside what all nodes show.</summary>
/// <param name="Role">consumer or provider.</param>
internal sealed record NodeRoleView(string Role)
{
    public string? Socks { get; init; }

    public string? Listen { get; init; }

    public Control.OfferDocument? Offer { get; init; }

    public Control.RouteDocument? Route { get; init; }

    public IReadOnlyList<Control.BudgetDocument> Budgets { get; init; } = [];
}

/// <summary>A consumer or a provider, run by <see cref="NodeHost"/>.</summary>
internal interface INodeRole : IAsyncDisposable
{
    /// <summary>Shown in the status. Called from any thread; must not wait.</summary>
    NodeRoleView View { get; }

    /// <summary>What closes this role's channels.</summary>
    ChannelCloser Closer { get; }

    /// <summary>What sees closes by one side through; run by the host.</summary>
    CloseWatch Watch { get; }

    /// <summary>
    /// Works until cancelled, then ends what runs in order (final units exchanged) and ends with
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <exception cref="NodeException">The role cannot go on.</exception>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>What the channel's engine has counted. Null for a channel that is not this role's. Called from any thread; must not wait.</summary>
    ChannelStats? StatsOf(ChannelId channelId);

    /// <summary>The channel's session; null while there is none. Called from any thread; must not wait.</summary>
    SessionStats? SessionOf(ChannelId channelId);

    /// <summary>Whether a channel of this role is a pool, through which a proxy pays for its routes.</summary>
    bool IsPool(ChannelId channelId) => false;

    /// <summary>The gateway pushed something: a hint, to be judged by what this node knows itself. Must not wait.</summary>
    void Hear(GatewayPush push)
    {
    }

    /// <summary>Whether this role takes channels that others open.</summary>
    bool TakesChannels => false;

    /// <summary>Takes new channels from now on, or none. Only where <see cref="TakesChannels"/>.</summary>
    /// <returns>What is still to come, for people; null when all is done.</returns>
    Task<string?> TakeNewChannelsAsync(bool take, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This role takes no channels.");

    /// <summary>Notes for the history what the sessions have moved. Called now and then.</summary>
    void SampleUsage();
}
