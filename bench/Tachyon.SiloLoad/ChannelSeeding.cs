using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Chain.Keys;
using Tachyon.Demo;
using Tachyon.Protocol;

namespace Tachyon.SiloLoad;

/// <summary>Opens the load's channels on anvil, straight to active: each with its provider's acceptance.</summary>
internal static class ChannelSeeding
{
    private const ulong GasLimit = 400_000;

    public static async Task OpenAllAsync(Fleet fleet, LocalChain local, Deployment deployment, CancellationToken stop)
    {
        using var chain = await EthereumChain.ConnectAsync(new EthereumChainOptions { Endpoint = new Uri(local.Rpc) }, deployment, cancellation: stop);
        using var consumer = new AccountSigner(fleet.ConsumerKey.Span);
        var nonce = await chain.GetNonceAsync(consumer.Address, NonceScope.Pending, stop);
        var fees = await chain.SuggestFeesAsync(stop);
        var expirySeconds = (await chain.GetBlockAsync(ReadAt.Latest, stop)).TimestampSeconds + ProtocolConstants.MaxAcceptanceSeconds;

        await SendAsync(new ChainCall.Approve(fleet.Terms.Aggregate(TokenAmount.Zero, (sum, terms) => sum + terms.Deposit(terms.CapacityBytes))));
        for (var i = 0; i < fleet.Terms.Length; i++)
        {
            var acceptance = fleet.ProviderOf(i).Sign(new Acceptance(fleet.Ids[i], expirySeconds), fleet.Domain);
            await SendAsync(new ChainCall.OpenAccepted(fleet.Terms[i], expirySeconds, acceptance));
        }

        async Task SendAsync(ChainCall call)
        {
            var prepared = chain.Prepare(call);
            var sent = await chain.SendAsync(
                consumer.Sign(new UnsignedTransaction(deployment.ChainId, nonce++, fees, GasLimit, prepared.To, prepared.Data)), stop);
            if (sent.Outcome != SendOutcome.Accepted)
            {
                throw new LoadFailure($"anvil did not take a transaction: {sent}");
            }
        }
    }
}
