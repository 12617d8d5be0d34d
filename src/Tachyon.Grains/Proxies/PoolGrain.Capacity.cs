using System.Security.Cryptography;
using Tachyon.Chain;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <content>Room for what routes will use: topped up ahead of need, in fixed steps, at random times (protocol, Routes, 3).</content>
internal sealed partial class PoolGrain
{
    /// <summary>How soon to try again what the chain or the account does not allow at present.</summary>
    private const ulong TopUpRetryMs = 30_000;

    // How much room is little: another part of a step each time, so that nobody can tell by it what the routes used.
    private int _thresholdPercent = RandomNumberGenerator.GetInt32(25, 75);
    private ulong? _channelCapBytes;
    private bool _isOutOfFunds;

    /// <summary>Plans a top-up where room grows short: within the spread of times, or at once where somebody waits for it.</summary>
    private PromiseResult ConsiderTopUp(bool isFull)
    {
        PoolLedger ledger = _book.Ledger!;
        ulong step = _options.ProxyPoolStepBytes;
        ulong next = ledger.CapacityBytes + step;
        if (next > ProtocolConstants.MaxCapacityBytes || (_channelCapBytes is { } cap && next > cap))
        {
            return isFull ? PromiseResult.Full : PromiseResult.Taken;
        }

        ulong nowMs = _clock.NowMs;
        if (Head.TopUpBytes == 0 && (isFull || ledger.RoomBytes < step / 100 * (ulong)_thresholdPercent))
        {
            ulong spreadMs = (ulong)_options.ProxyTopUpSpread.TotalMilliseconds;
            ulong delayMs = isFull || spreadMs == 0 ? 0 : (ulong)RandomNumberGenerator.GetInt32((int)Math.Min(spreadMs, int.MaxValue));
            _thresholdPercent = RandomNumberGenerator.GetInt32(25, 75);
            _book.Change(Head with { TopUpBytes = next, TopUpAtMs = nowMs + delayMs });
        }
        else if (isFull && Head.TopUpAtMs > nowMs && !_isOutOfFunds)
        {
            _book.Change(Head with { TopUpAtMs = nowMs });
        }

        return _isOutOfFunds ? PromiseResult.NoFunds : PromiseResult.Later;
    }

    /// <summary>Sends the top-up that is due, and sees to it that it comes through.</summary>
    private async Task FollowTopUp()
    {
        ulong target = Head.TopUpBytes;
        if (target == 0 || _book.Ledger is not { } ledger || !IsServing || _clock.NowMs < Head.TopUpAtMs)
        {
            return;
        }

        SettlementIntent topUp = SettlementIntent.TopUp(ledger.PoolId, ledger.Terms, target);
        if (await Outbox.Find(topUp.OperationId) is { } known)
        {
            if (known.State == IntentState.Refused)
            {
                LogNotToppedUp(_logger, ledger.PoolId, _exit, known.Refusal?.Error ?? "refused");
                await Outbox.Retry(topUp.OperationId);
                Postpone();
            }

            return;
        }

        _channelCapBytes = (await GrainFactory.Provider(_exit).View()).Offer is { ChannelCapBytes: > 0 } offer ? offer.ChannelCapBytes : null;
        if (_channelCapBytes is { } cap && target > cap)
        {
            _book.Change(Head with { TopUpBytes = 0, TopUpAtMs = 0 });
            await _book.SaveAsync();
            return;
        }

        TokenAmount needed = ledger.Terms.TopUpDeposit(ledger.CapacityBytes, target);
        _isOutOfFunds = await _chain.GetBalanceAsync(_proxy.Signer.Address, ReadAt.Latest) < needed;
        if (_isOutOfFunds)
        {
            LogNotToppedUp(_logger, ledger.PoolId, _exit, $"the account does not hold {needed} base units");
            Postpone();
        }
        else if (await IsAllowed(ledger.PoolId, ledger.Terms, needed, target) && (await Outbox.Enqueue(topUp)).Accepted)
        {
            RouteMeter.PoolToppedUp();
        }
    }

    private void Postpone() => _book.Change(Head with { TopUpAtMs = _clock.NowMs + TopUpRetryMs });

    private ISettlementGrain Outbox => GrainFactory.Settlement(_proxy.Signer.Address);

    /// <summary>Whether the contract may take so much of the account's tokens; where not, that is asked for.</summary>
    private async Task<bool> IsAllowed(ChannelId poolId, Terms terms, TokenAmount needed, ulong forCapacityBytes)
    {
        if (await _chain.GetAllowanceAsync(_proxy.Signer.Address, ReadAt.Latest) >= needed)
        {
            return true;
        }

        SettlementIntent approve = SettlementIntent.Approve(poolId, terms, forCapacityBytes);
        IntentView? known = await Outbox.Find(approve.OperationId);
        if (known is null)
        {
            await Outbox.Enqueue(approve);
        }
        else if (known.State == IntentState.Refused)
        {
            await Outbox.Retry(approve.OperationId);
        }

        return false;
    }
}
