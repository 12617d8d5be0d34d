using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains.Proxies;

/// <content>The end of a pool that nobody uses any more: what is left of its deposit comes back.</content>
internal sealed partial class PoolGrain
{
    /// <inheritdoc />
    public async Task Abandoned()
    {
        if (!_proxy.IsProxy || Head.Stage != PoolStage.Active || _book.Ledger is not { } ledger || _book.ActiveRoutes > 0)
        {
            return;
        }

        IChannelGrain channel = GrainFactory.Channel(ledger.PoolId);
        ulong nowSeconds = _clock.NowSeconds;
        ulong validUntilSeconds = nowSeconds + (ProtocolConstants.MaxValiditySeconds / 2);
        if (Head.ClosureUntilSeconds != 0 && Head.ClosureUntilSeconds < nowSeconds)
        {
            // The exit had its time to sign the same and did not, so the proxy closes alone.
            await channel.RequestClose(new SignedPermission
            {
                ChannelId = ledger.PoolId,
                ValidUntilSeconds = validUntilSeconds,
                Signature = _proxy.Signer.Sign(new Close(ledger.PoolId, validUntilSeconds), _chain.Domain),
            });
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
}
