namespace Tachyon.Chain.Simulation;

/// <summary>Ways in which the simulated chain fails on purpose. Change them at any time, from any thread.</summary>
public sealed class SimulatedFaults
{
    private int failRequests;
    private int loseSends;
    private int dropSendReplies;

    /// <summary>While true nothing is answered.</summary>
    public bool Down { get; set; }

    /// <summary>Calls that are not answered when they are tried, as by a node that chokes on them. Null: all are.</summary>
    public Predicate<ChainCall>? UnansweredCalls { get; set; }

    /// <summary>Transactions that are refused when they are sent, for a reason of the node's own. Null: none is.</summary>
    public Predicate<ChainCall>? RejectedCalls { get; set; }

    /// <summary>
    /// Transactions that the node swallows when they are sent, and says of, for as long as this is set, that they are in a final
    /// block: a node that lies. Null: none is.
    /// </summary>
    public Predicate<ChainCall>? FeignedCalls { get; set; }

    /// <summary>So many of the next requests are not answered.</summary>
    public void FailRequests(int count) => Interlocked.Exchange(ref failRequests, count);

    /// <summary>So many of the next transactions are accepted and then forgotten.</summary>
    public void LoseSends(int count) => Interlocked.Exchange(ref loseSends, count);

    /// <summary>So many of the next transactions arrive, but the reply is lost: the sender sees no answer.</summary>
    public void DropSendReplies(int count) => Interlocked.Exchange(ref dropSendReplies, count);

    internal bool FailsRequest() => Down || Take(ref failRequests);

    internal bool LosesSend() => Take(ref loseSends);

    internal bool DropsSendReply() => Take(ref dropSendReplies);

    private static bool Take(ref int count)
    {
        while (true)
        {
            var left = Volatile.Read(ref count);
            if (left <= 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref count, left - 1, left) == left)
            {
                return true;
            }
        }
    }
}
