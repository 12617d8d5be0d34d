using Tachyon.Chain;

namespace Tachyon.Grains.Providers;

/// <content>Acceptances, by which consumers open straight to active (protocol, "Terms, channel id, life").</content>
internal sealed partial class ProviderGrain
{
    /// <summary>
    /// How long an acceptance holds: enough for a transaction to be mined on a busy chain, and half of what the protocol
    /// allows, since an acceptance that is never used keeps a slot until finality is past it.
    /// </summary>
    internal const ulong AcceptanceSeconds = 300;

    private const ulong ChainAwayMs = 15_000;

    // Who waits for which answer. Memory only: whoever asked opens without an acceptance when none comes.
    private readonly Dictionary<ChannelId, (IAcceptanceObserver Consumer, bool First)> _asked = [];
    private ulong _chainAwayUntilMs;

    /// <inheritdoc />
    public async Task<AcceptanceResult> AskAcceptance(Terms terms, IAcceptanceObserver consumer)
    {
        ChannelId channel = terms.ChannelId(_chain.Domain);
        if (terms.Provider != _provider || terms.Kind != ChannelKind.Direct || terms.Validate() is not null)
        {
            return AcceptanceResult.Refused(RelayRefusal.OtherChannel);
        }

        if (!IsLive)
        {
            LetGoIfUnknown();
            return AcceptanceResult.Refused(RelayRefusal.ProviderAway);
        }

        if (await GrainFactory.Channel(channel).View() is not null)
        {
            return AcceptanceResult.Refused(RelayRefusal.WrongPhase);
        }

        if (await IsPartedFrom(terms.Consumer))
        {
            return AcceptanceResult.Refused(RelayRefusal.Blacklisted);
        }

        await FreeExpiredAcceptances();
        await LearnUsage();
        ProviderRecord record = Newest;
        ProviderChannel[] others = [.. record.Channels.Where(known => known.Slot == SlotState.Accepted && known.ChannelId != channel)];
        if (others.Length >= ProviderSlots.MaxAccepted || others.Any(other => other.AcceptedFor == terms.Consumer))
        {
            return AcceptanceResult.Refused(RelayRefusal.TooManyAcceptances);
        }

        if (ConfirmPolicy.Check(record, channel, terms, LeastDeposit) is var against and not RelayRefusal.None)
        {
            return AcceptanceResult.Refused(against);
        }

        if (ProviderSlots.Find(record, channel) is null && ProviderSlots.Free(record) == 1)
        {
            return AcceptanceResult.Refused(RelayRefusal.TooManyAcceptances);
        }

        // The slot is taken durably before anyone can sign, and for as long as the signature can be used.
        ulong expirySeconds = NowSeconds + AcceptanceSeconds;
        await _record.SaveAsync(ProviderSlots.Accept(record, channel, terms, expirySeconds));
        _asked[channel] = (consumer, First: ProviderSlots.Find(record, channel) is not { AcceptedUntilSeconds: > 0 });
        await UpdateDirectory();
        await _observers.Push(observer => observer.AcceptanceAsked(terms, expirySeconds));
        return new AcceptanceResult { Refusal = RelayRefusal.None, ExpirySeconds = expirySeconds };
    }

    /// <inheritdoc />
    public async Task<RelayRefusal> AnswerAcceptance(AcceptanceAnswer answer)
    {
        if (ProviderSlots.Find(Newest, answer.ChannelId) is not { Slot: SlotState.Accepted } known)
        {
            return RelayRefusal.UnknownChannel;
        }

        if (answer.ExpirySeconds > known.AcceptedUntilSeconds || answer.ExpirySeconds <= NowSeconds)
        {
            return RelayRefusal.Expired;
        }

        if (answer.Signature is { } signature
            && _verifier.Verify(new Acceptance(answer.ChannelId, answer.ExpirySeconds), _chain.Domain, signature, _provider) != SignatureFault.None)
        {
            return RelayRefusal.WrongSigner;
        }

        bool wasAsked = _asked.Remove(answer.ChannelId, out (IAcceptanceObserver Consumer, bool First) asked);
        if (answer.Signature is null && asked.First)
        {
            // Nobody holds a signature. Where these terms were asked about before, or nobody knows, one may be out.
            await _record.SaveAsync(ProviderSlots.EndAcceptance(Newest, answer.ChannelId, wasOpened: false));
            await UpdateDirectory();
        }

        if (wasAsked)
        {
            await asked.Consumer.Answered(answer);
        }

        return RelayRefusal.None;
    }

    /// <summary>
    /// Frees the slots of acceptances that were not used in time. Only the chain can tell: the contract goes by a block's
    /// time, so an acceptance is dead once a final block is past its expiry and the final state shows no such channel.
    /// </summary>
    private async Task FreeExpiredAcceptances()
    {
        ProviderChannel[] due = [.. _record.Newest.Channels.Where(channel =>
            channel.Slot == SlotState.Accepted && channel.AcceptedUntilSeconds < NowSeconds)];
        if (due.Length == 0 || NowMs < _chainAwayUntilMs)
        {
            return;
        }

        try
        {
            ChainBlock final = await _chain.GetBlockAsync(ReadAt.Final);
            foreach (ProviderChannel channel in due.Where(channel => final.TimestampSeconds > channel.AcceptedUntilSeconds))
            {
                ChannelStatus status = (await _chain.GetChannelAsync(channel.ChannelId, ReadAt.Final)).Status;
                bool isAccepted = ProviderSlots.Find(Newest, channel.ChannelId) is { Slot: SlotState.Accepted };
                if (isAccepted && status is (ChannelStatus.None or ChannelStatus.Opened))
                {
                    await _record.SaveAsync(ProviderSlots.EndAcceptance(Newest, channel.ChannelId, wasOpened: status == ChannelStatus.Opened));
                    _asked.Remove(channel.ChannelId);
                }
            }
        }
        catch (ChainUnavailableException)
        {
            // The slots stay promised until the chain can be asked; nobody's call waits for it again soon.
            _chainAwayUntilMs = NowMs + ChainAwayMs;
        }
    }
}
