using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains.Proxies;

/// <content>The end of a pool that nobody uses any more: what is left of its deposit comes back.</content>
internal sealed partial class PoolGrain
{
    private const ulong CloseAgainMs = 60_000;

    private ulong _closeAskedAtMs;

    /// <inheritdoc />
    public async Task Abandoned(ChannelId poolId)
    {
        if (!_proxy.IsProxy)
        {
            return;
        }

        if (_book.Ledger is not { } ledger || ledger.PoolId != poolId || Head.Stage == PoolStage.Planned)
        {
            // An earlier one, that its exit has left open: nobody signs on it any more.
            await CloseAlone(poolId);
            return;
        }

        if (Head.Stage != PoolStage.Active || _book.ActiveRoutes > 0)
        {
            return;
        }

        IChannelGrain channel = GrainFactory.Channel(ledger.PoolId);
        ulong nowSeconds = _clock.NowSeconds;
        ulong validUntilSeconds = nowSeconds + (ProtocolConstants.MaxValiditySeconds / 2);
        if (Head.ClosureUntilSeconds != 0 && Head.ClosureUntilSeconds < nowSeconds)
        {
            // The exit had its time to sign the same and did not, so the proxy closes alone.
            await CloseAlone(poolId);
            return;
        }

        ulong paidBytes = (await channel.View())?.PaidBytes ?? 0;
        ClosureOutcome outcome = ledger.SignClosure(ledger.NewestOwn?.Unit.BytesUsed ?? 0, validUntilSeconds, _clock.NowMs, paidBytes);
        if (outcome.Closure is { } closure)
        {
            // From here on nothing is signed on it; a route that comes now has another pool opened.
            _book.Change(Head with { ClosureUntilSeconds = validUntilSeconds });
            await _book.SaveAsync();
            await channel.SubmitClosure(closure);
        }
    }

    /// <summary>A pool that its exit disputes serves nobody: what is left of its deposit is fetched back.</summary>
    private async Task CloseDisputed(ChannelId poolId)
    {
        if (_clock.NowMs >= _closeAskedAtMs + CloseAgainMs)
        {
            _closeAskedAtMs = _clock.NowMs;
            await CloseAlone(poolId);
        }
    }

    private Task<RelayResult> CloseAlone(ChannelId poolId) =>
        GrainFactory.Channel(poolId).RequestClose(_proxy.PermitClose(poolId, _clock.NowSeconds, _chain.Domain));
}
