using System.Collections.Concurrent;
using System.Reflection;
using Nethereum.Model;
using Tachyon.Chain;
using SignedTransaction = Tachyon.Chain.SignedTransaction;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Every transaction that leaves for the chain, from whichever silo.</summary>
internal sealed class SentTransactions
{
    private readonly ConcurrentQueue<Transaction1559> _all = new();

    /// <summary>What was sent under each nonce: the distinct calls, whatever fees they offered.</summary>
    public IReadOnlyDictionary<ulong, string[]> CallsByNonce => _all
        .GroupBy(sent => (ulong)(sent.Nonce ?? 0))
        .ToDictionary(group => group.Key, group => group.Select(sent => $"{sent.ReceiverAddress} {sent.Data}").Distinct().ToArray());

    /// <summary>The chain, with a look at what is sent to it.</summary>
    public ISettlementChain Watch(ISettlementChain chain)
    {
        ISettlementChain watched = DispatchProxy.Create<ISettlementChain, Watcher>();
        var watcher = (Watcher)watched;
        (watcher.Chain, watcher.Sent) = (chain, this);
        return watched;
    }

    private void Add(SignedTransaction transaction) => _all.Enqueue((Transaction1559)TransactionFactory.CreateTransaction(transaction.Raw.ToArray()));

#pragma warning disable CA1852 // The runtime derives from it.
    private class Watcher : DispatchProxy
#pragma warning restore CA1852
    {
        public ISettlementChain Chain { get; set; } = null!;

        public SentTransactions Sent { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(ISettlementChain.SendAsync))
            {
                Sent.Add((SignedTransaction)args![0]!);
            }

            return targetMethod.Invoke(Chain, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
