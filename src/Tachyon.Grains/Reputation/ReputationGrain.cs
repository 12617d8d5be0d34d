using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Reputation;

/// <inheritdoc cref="IReputationGrain" />
internal sealed partial class ReputationGrain : Grain, IReputationGrain
{
    private static readonly TimeSpan LeaveAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SpreadAgainAfter = TimeSpan.FromSeconds(1);

    private readonly IPersistentState<ReputationRecord> _storage;
    private readonly Address _node;
    private readonly Eip712Domain _domain;
    private readonly SignatureVerifier _verifier;
    private readonly GrainClock _clock;
    private readonly ILogger<ReputationGrain> _logger;
    private DurableRecord<ReputationRecord> _record = null!;
    private IGrainTimer? _leaving;
    private IGrainTimer? _spreading;

    /// <summary>Made by the runtime.</summary>
    public ReputationGrain(
        IGrainContext context,
        [PersistentState("reputation", GrainsOptions.StorageName)] IPersistentState<ReputationRecord> storage,
        ISettlementChain chain,
        SignatureVerifier verifier,
        GrainClock clock,
        ILogger<ReputationGrain> logger)
    {
        _node = Address.Parse(context.GrainId.Key.ToString()!);
        _storage = storage;
        _domain = chain.Domain;
        _verifier = verifier;
        _clock = clock;
        _logger = logger;
    }

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new DurableRecord<ReputationRecord>(_storage, DeactivateOnIdle);
        if (HasPending)
        {
            // The activation before this one ended between storing a statement and telling of it.
            SpreadByItself();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<StatementRefusal> Publish(SignedBlacklisting signed, Contradiction? evidence)
    {
        ArgumentNullException.ThrowIfNull(signed);
        StatementRefusal refusal = await Admit(signed, evidence);
        ReputationMeter.Answered(refusal);
        if (refusal != StatementRefusal.None)
        {
            LogRefused(_logger, signed.Issuer, signed.Subject, signed.Statement.ChannelId, refusal);
            LetGoIfUnknown();
        }

        return refusal;
    }

    /// <inheritdoc />
    public Task Hear(HeardStatement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ReputationRecord before = _record.Newest;
        ReputationRecord after = HeardStatements.Add(before, statement);
        return ReferenceEquals(before, after) ? _record.WhenDurableAsync() : _record.SaveAsync(after);
    }

    /// <inheritdoc />
    public Task<PartedNodes> Parted()
    {
        LetGoIfUnknown();
        ReputationRecord record = _record.Durable;
        return Task.FromResult(new PartedNodes
        {
            Nodes =
            [
                .. record.Issued.Where(issued => issued.Stands).Select(issued => issued.Subject)
                    .Union(record.Heard.Where(heard => heard.Stands).Select(heard => heard.Issuer)),
            ],
            IsComplete = !record.HeardMore,
        });
    }

    /// <inheritdoc />
    public async Task<bool> IsPartedFrom(Address other)
    {
        LetGoIfUnknown();
        ReputationRecord record = _record.Durable;
        return IssuedStatements.Find(record, other) is { Stands: true }
            || record.Heard.Any(heard => heard.Issuer == other && heard.Stands)
            || (record.HeardMore && await GrainFactory.Reputation(other).HasBlacklisted(_node));
    }

    /// <inheritdoc />
    public Task<bool> HasBlacklisted(Address other)
    {
        LetGoIfUnknown();
        return Task.FromResult(IssuedStatements.Find(_record.Durable, other) is { Stands: true });
    }

    /// <inheritdoc />
    public Task<ReputationView> View()
    {
        LetGoIfUnknown();
        ReputationRecord record = _record.Durable;
        return Task.FromResult(new ReputationView
        {
            Node = _node,
            About = record.Heard,
            By = [.. record.Issued.Select(issued => issued.Signed)],
            IsComplete = !record.HeardMore,
        });
    }

    private async Task<StatementRefusal> Admit(SignedBlacklisting signed, Contradiction? evidence)
    {
        Blacklisting stated = signed.Statement;
        if (stated.Issuer != _node)
        {
            return StatementRefusal.NotAParty;
        }

        if (await GrainFactory.Channel(stated.ChannelId).View() is not { } channel)
        {
            return StatementRefusal.UnknownChannel;
        }

        StatementFault fault = StatementRules.Check(signed, channel.Terms, evidence, _verifier, _domain, _clock.NowMs);
        if (fault != StatementFault.None)
        {
            return RefusalOf(fault);
        }

        if (!HasPaid(channel))
        {
            return StatementRefusal.NothingPaid;
        }

        // From here to the save nothing is awaited, so that no other call's decision comes in between.
        if (IssuedStatements.Admit(_record.Newest, signed, evidence, _clock.NowMs, out StatementRefusal refusal) is not { } admitted)
        {
            return refusal;
        }

        await (ReferenceEquals(admitted, _record.Newest) ? _record.WhenDurableAsync() : _record.SaveAsync(admitted));
        try
        {
            await Spread(IssuedStatements.Find(_record.Newest, stated.Subject)!, channel);
        }
        catch
        {
            SpreadByItself();
            throw;
        }

        return StatementRefusal.None;
    }

    private bool HasPending => _record.Newest.Issued.Any(issued => issued.IsPending);

    /// <summary>What is durable is told of, whether its issuer comes back or not.</summary>
    private void SpreadByItself() => _spreading ??= this.RegisterGrainTimer(
        static (grain, _) => grain.SpreadPending(), this, new GrainTimerCreationOptions(TimeSpan.Zero, SpreadAgainAfter) { KeepAlive = true });

    private async Task SpreadPending()
    {
        try
        {
            foreach (IssuedStatement issued in _record.Newest.Issued.Where(issued => issued.IsPending))
            {
                if (await GrainFactory.Channel(issued.Signed.Statement.ChannelId).View() is { } channel)
                {
                    await Spread(issued, channel);
                }
            }

            if (!HasPending)
            {
                _spreading?.Dispose();
                _spreading = null;
            }
        }
        catch (Exception fault) when (fault is StorageFaultException or OrleansException or TimeoutException)
        {
            LogWaits(_logger, _node, fault.Message);
        }
    }

    /// <summary>Before the issuer is told that it is done. Where this is cut short it is done again: all of it changes nothing the second time.</summary>
    private async Task Spread(IssuedStatement issued, ChannelView channel)
    {
        if (!issued.IsPending)
        {
            return;
        }

        await GrainFactory.Reputation(issued.Subject).Hear(new HeardStatement
        {
            Signed = issued.Signed,
            Burned = BurnedBy(issued.Signed.Issuer, channel),
        });
        ulong sequence = await GrainFactory.StatementLog().Append(new StatementEntry
        {
            Signed = issued.Signed,
            Terms = channel.Terms,
            Evidence = issued.Evidence,
        });
        await _record.SaveAsync(IssuedStatements.Spread(_record.Newest, issued.Signed));
        LogAdmitted(_logger, sequence, issued.Signed.Issuer, issued.Signed.Statement.Revoked ? "no more blacklists" : "blacklists", issued.Subject);
    }

    /// <summary>
    /// What speaking against the subject cost the issuer: a dispute burns of the consumer's deposit. A provider that overstates burns tokens of
    /// the other side, which must not give its own word weight.
    /// </summary>
    private static TokenAmount BurnedBy(Address issuer, ChannelView channel) =>
        issuer == channel.Terms.Consumer ? channel.Settlement?.Burned ?? TokenAmount.Zero : TokenAmount.Zero;

    /// <summary>Strangers can defame nobody for free: what the consumer paid is gone, whoever the provider is.</summary>
    private static bool HasPaid(ChannelView channel) => !channel.Paid.IsZero || channel.Settlement is { Paid.IsZero: false };

    /// <summary>
    /// Anyone can ask about any address: one that nothing is known of soon keeps no memory. Not at once, since each of a burst of
    /// calls would find an activation that is ending.
    /// </summary>
    private void LetGoIfUnknown()
    {
        if (_record.Newest.IsEmpty)
        {
            _leaving ??= this.RegisterGrainTimer(
                static (grain, _) => grain.Leave(), this, new GrainTimerCreationOptions(LeaveAfter, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
    }

    private Task Leave()
    {
        _leaving!.Dispose();
        _leaving = null;
        if (_record.Newest.IsEmpty)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    private static StatementRefusal RefusalOf(StatementFault fault) => fault switch
    {
        StatementFault.OtherChannel or StatementFault.NotAParty => StatementRefusal.NotAParty,
        StatementFault.UnknownReason or StatementFault.TimestampAhead => StatementRefusal.BadStatement,
        StatementFault.BadEvidence => StatementRefusal.BadEvidence,
        StatementFault.WrongSigner => StatementRefusal.WrongSigner,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "There is no refusal for this fault."),
    };

    [LoggerMessage(LogLevel.Information, "Statement {Sequence}: {Issuer} {Verb} {Subject}")]
    private static partial void LogAdmitted(ILogger logger, ulong sequence, Address issuer, string verb, Address subject);

    [LoggerMessage(LogLevel.Debug, "What {Node} states cannot be told of just now; trying again: {Reason}")]
    private static partial void LogWaits(ILogger logger, Address node, string reason);

    [LoggerMessage(LogLevel.Debug, "A statement of {Issuer} about {Subject}, channel {ChannelId}, is not admitted: {Refusal}")]
    private static partial void LogRefused(ILogger logger, Address issuer, Address subject, ChannelId channelId, StatementRefusal refusal);
}
