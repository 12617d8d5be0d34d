using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Tachyon.Chain;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Settlement;

/// <inheritdoc cref="ISettlementGrain" />
/// <remarks>
/// One round at a time, run by the timer, talks to the chain; calls interleave with it and only add operations. What the
/// outbox does, and why it has one effect, is said with <see cref="Outbox"/> and <see cref="OutboxLedger"/>.
/// </remarks>
internal sealed class SettlementGrain : Grain, ISettlementGrain
{
    private const int MaxOperationIdLength = 200;

    private readonly IServiceProvider _services;
    private readonly ISettlementChain _chain;
    private readonly IAccountSigner _account;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly ILogger<SettlementGrain> _logger;
    private OutboxLedger _ledger = null!;
    private Outbox _outbox = null!;
    private IGrainTimer _timer = null!;

    /// <summary>Made by the runtime.</summary>
    public SettlementGrain(
        IGrainContext context,
        IServiceProvider services,
        ISettlementChain chain,
        IAccountSigner account,
        IOptions<GrainsOptions> options,
        GrainClock clock,
        ILogger<SettlementGrain> logger)
    {
        Address asked = Address.Parse(context.GrainId.Key.ToString()!);
        if (asked != account.Address)
        {
            throw new InvalidOperationException($"This silo signs for {account.Address}, not for {asked}.");
        }

        _services = services;
        _chain = chain;
        _account = account;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var storage = _services.GetRequiredKeyedService<IGrainStorage>(GrainsOptions.StorageName);
        _ledger = new OutboxLedger(
            () => new StoredRecord<OutboxHead>(storage, "outbox", this.GetGrainId()),
            slot => new StoredRecord<OutboxSlot>(storage, $"outbox-{slot}", this.GetGrainId()),
            DeactivateOnIdle);
        await _ledger.LoadAsync();
        _outbox = new Outbox(_chain, _account, _options, _clock, _ledger, Tell, _logger);
        _timer = this.RegisterGrainTimer(
            _outbox.RoundAsync,
            new GrainTimerCreationOptions(TimeSpan.Zero, _options.OutboxPollInterval) { Interleave = true, KeepAlive = true });
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _ledger is null ? Task.CompletedTask : _ledger.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<EnqueueResult> Enqueue(SettlementIntent intent)
    {
        ArgumentException.ThrowIfNullOrEmpty(intent.OperationId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(intent.OperationId.Length, MaxOperationIdLength, nameof(intent));
        bool isNew = _outbox.Find(intent.OperationId) is null;
        IntentView? taken = await _outbox.EnqueueAsync(intent);
        if (isNew && taken is not null)
        {
            _timer.Change(TimeSpan.Zero, _options.OutboxPollInterval);
        }

        return new EnqueueResult { Intent = taken };
    }

    /// <inheritdoc />
    public Task<IntentView?> Find(string operationId) => Task.FromResult(_outbox.Find(operationId));

    /// <inheritdoc />
    public Task<IntentView?> Retry(string operationId)
    {
        if (_outbox.Retry(operationId))
        {
            _timer.Change(TimeSpan.Zero, _options.OutboxPollInterval);
        }

        return Find(operationId);
    }

    /// <inheritdoc />
    public Task<SettlementView> View() => Task.FromResult(_outbox.View());

    /// <inheritdoc />
    public Task EnsureRunning() => Task.CompletedTask; // Being active is running.

    /// <summary>One way: the channel may be waiting for this outbox, and what it misses it finds when it asks again.</summary>
    private Task Tell(OutboxEntry entry) => GrainFactory.Channel(entry.Intent.ChannelId).IntentChanged(_outbox.Show(entry));
}
