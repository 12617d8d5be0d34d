using System.Reflection;
using Tachyon.Chain;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>A chain that remembers the hashes of all transactions handed to it, and can fail at the n-th request.</summary>
public class RecordingChain : DispatchProxy
{
    private ISettlementChain _inner = null!;
    private int _requests;

    /// <summary>Hashes of what was sent, taken or not.</summary>
    internal HashSet<Bytes32> Sent { get; } = [];

    /// <summary>The request from now on that is not answered; a send fails after it has arrived. 0 for none.</summary>
    internal int FailAt
    {
        get;
        set
        {
            _requests = 0;
            field = value;
        }
    }

    /// <summary>Requests since <see cref="FailAt"/> was set.</summary>
    internal int Count => _requests;

    internal static (ISettlementChain Chain, RecordingChain Record) Around(ISettlementChain inner)
    {
        ISettlementChain chain = Create<ISettlementChain, RecordingChain>();
        var record = (RecordingChain)(object)chain;
        record._inner = inner;
        return (chain, record);
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        bool isRequest = targetMethod!.Name.EndsWith("Async", StringComparison.Ordinal);
        bool fails = isRequest && ++_requests == FailAt;
        if (targetMethod.Name == nameof(ISettlementChain.SendAsync))
        {
            Sent.Add(((SignedTransaction)args![0]!).Hash);
        }

        object? answer = fails && targetMethod.Name != nameof(ISettlementChain.SendAsync) ? null : targetMethod.Invoke(_inner, args);
        return fails ? Fault(targetMethod) : answer;
    }

    private static object? Fault(MethodInfo method) => typeof(Task).GetMethods()
        .Single(found => found is { Name: nameof(Task.FromException), IsGenericMethod: true })
        .MakeGenericMethod(method.ReturnType.GenericTypeArguments[0])
        .Invoke(null, [new ChainUnavailableException("test", method.Name, "it fails on purpose")]);
}
