using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Settlement;

/// <content>Nonces that somebody else uses, or nobody.</content>
public sealed partial class OutboxTests
{
    [Fact]
    public async Task NonceUsedByAnother_GivesTheOperationAnotherOne()
    {
        SettlementIntent intent = await NewConfirm();
        _cluster.Chain.Automine = false;
        _cluster.Chain.Faults.LoseSends(int.MaxValue);
        await _cluster.Outbox.Enqueue(intent);
        await Eventually.TrueAsync(async () => await Find(intent) is { Nonce: 0 }, "the nonce to be taken");

        // Someone else signs with the operator's key.
        _cluster.Chain.Faults.Down = true;
        await Eventually.TrueAsync(async () => (await _cluster.Outbox.View()).LastError is not null, "the outbox to be cut off");
        _cluster.Chain.Faults.LoseSends(0);
        _cluster.Chain.Automine = true;
        await SendAsOperatorWhileCutOff();

        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        Assert.Equal(1UL, (await _cluster.Outbox.Find(intent.OperationId))!.Nonce);
    }

    [Fact]
    public async Task NonceThatNobodyWillEverUse_DoesNotBlockTheOutbox()
    {
        // Counts as pending when the outbox first asks for its nonce, and is never mined: it pays nothing.
        PreparedCall call = _cluster.Chain.Prepare(new ChainCall.Approve(new TokenAmount(1)));
        SendResult waits = await _cluster.Chain.SendAsync(_cluster.Operator.Account.Sign(new UnsignedTransaction(
            _cluster.Chain.Deployment.ChainId, 0, new FeeCaps(1, 0), 100_000, call.To, call.Data)));
        Assert.Equal(SendOutcome.Accepted, waits.Outcome);
        SettlementIntent[] intents = [await NewConfirm(), await NewConfirm()];

        await Task.WhenAll(intents.Select(intent => _cluster.Outbox.Enqueue(intent)));

        foreach (SettlementIntent intent in intents)
        {
            Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        }

        // And the nonces after it are right again.
        SettlementIntent later = await NewConfirm();
        await _cluster.Outbox.Enqueue(later);
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(later.OperationId)).State);
    }

    private async Task SendAsOperatorWhileCutOff()
    {
        // The endpoint answers for a moment; whoever comes first sends. Either the foreign transaction or the outbox's
        // own takes the nonce, so the foreign one is signed beforehand and sent at once.
        PreparedCall call = _cluster.Chain.Prepare(new ChainCall.Approve(new TokenAmount(1)));
        SignedTransaction foreign = _cluster.Operator.Account.Sign(new UnsignedTransaction(
            _cluster.Chain.Deployment.ChainId, 0, new FeeCaps(10_000_000_000, 1_000_000_000), 100_000, call.To, call.Data));
        _cluster.Chain.Faults.LoseSends(0);
        _cluster.Chain.Faults.Down = false;
        await _cluster.Chain.SendAsync(foreign);
    }
}
