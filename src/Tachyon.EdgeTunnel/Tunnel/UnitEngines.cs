using System.Collections.Concurrent;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>The unit engines of a node, each loaded from the journal when its channel is first used. Thread safe.</summary>
internal sealed class UnitEngines(UnitEngineParts parts) : IUnitEngines, IDisposable
{
    private readonly ConcurrentDictionary<ChannelId, UnitEngine> _engines = new();
    private readonly SemaphoreSlim _loading = new(1);

    /// <inheritdoc />
    public async ValueTask<IUnitEngine> GetAsync(TunnelChannel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        await _loading.WaitAsync(cancellationToken);
        try
        {
            // One that its journal failed is ahead of it: what is stored counts.
            if (!_engines.TryGetValue(channel.ChannelId, out var engine) || engine.IsBroken)
            {
                engine = await LoadAsync(channel, cancellationToken);
                engine.RecallMarked();
                _engines[channel.ChannelId] = engine;
            }

            engine.RaiseCapacity(channel.CapacityBytes);
            engine.SeePaid(channel.PaidBytes);
            return engine;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>A snapshot of a channel for the live view; null before the channel was first used in this process.</summary>
    public ChannelStats? Stats(ChannelId channelId) => _engines.TryGetValue(channelId, out var engine) ? engine.Stats() : null;

    /// <summary>The newest durable units of a channel; null before the channel was first used in this process.</summary>
    public ChannelEvidence? Evidence(ChannelId channelId) => _engines.TryGetValue(channelId, out var engine) ? engine.Evidence : null;

    /// <summary>The route step of a lock, in bytes.</summary>
    public ulong RouteStepOf(ChannelId lockId) => parts.RouteStepOf(lockId);

    /// <summary>A top-up was seen final on chain; a session that waits at the old capacity goes on.</summary>
    public void RaiseCapacity(ChannelId channelId, ulong capacityBytes)
    {
        if (_engines.TryGetValue(channelId, out var engine))
        {
            engine.RaiseCapacity(capacityBytes);
        }
    }

    /// <summary>Limits what this side's units on a channel may state; see <see cref="ConsumerUnitEngine.LimitSigning"/>.</summary>
    public void LimitSigning(ChannelId channelId, ulong limitBytes)
    {
        if (_engines.TryGetValue(channelId, out var engine) && engine is ConsumerUnitEngine consumer)
        {
            consumer.LimitSigning(limitBytes);
        }
    }

    /// <summary>What a channel with a session may sign for beyond its newest unit, by the limit that was set; 0 for one without.</summary>
    public ulong HeldBytes(ChannelId channelId) =>
        _engines.TryGetValue(channelId, out var engine) && engine is ConsumerUnitEngine consumer ? consumer.HeldBytes : 0;

    /// <summary>A claim was seen final on chain: no closure is signed below it.</summary>
    public void SeePaid(ChannelId channelId, ulong paidBytes)
    {
        if (_engines.TryGetValue(channelId, out var engine))
        {
            engine.SeePaid(paidBytes);
        }
    }

    public void Dispose() => _loading.Dispose();

    private async Task<UnitEngine> LoadAsync(TunnelChannel channel, CancellationToken cancellationToken)
    {
        var terms = channel.Terms;
        var peerClosure = await parts.Journal.LoadPeerClosureAsync(channel.ChannelId, cancellationToken);
        if (terms.Consumer == parts.Signer.Address)
        {
            var stored = await parts.Journal.LoadConsumerAsync(channel.ChannelId, cancellationToken);
            var ledger = new ConsumerLedger(terms, parts.Domain, parts.Signer, parts.Verifier, stored.Snapshot)
            {
                RouteStepBytes = terms.Kind == ChannelKind.Lock ? parts.RouteStepOf(channel.ChannelId) : 0,
            };
            foreach (var record in stored.Records)
            {
                ledger.Apply(record);
            }

            return new ConsumerUnitEngine(channel, parts, ledger, peerClosure);
        }
        else
        {
            var stored = await parts.Journal.LoadProviderAsync(channel.ChannelId, cancellationToken);
            var ledger = new ProviderLedger(terms, parts.Domain, parts.Signer, parts.Verifier, stored.Snapshot);
            foreach (var record in stored.Records)
            {
                ledger.Apply(record);
            }

            return new ProviderUnitEngine(channel, parts, ledger, peerClosure);
        }
    }
}
