using Orleans.Configuration;

namespace StandIns.OrleansRuntime;

/// <summary>Carries the cancellation of a caller's token over to the callee's.</summary>
internal static class Cancellation
{
    public static void Attach<T>(Message<T> message, CancellationToken caller, MessagingOptions options)
    {
        if (caller.CanBeCanceled || options.CancelRequestOnTimeout)
        {
            message.CalleeCancellation = new CancellationTokenSource();
        }

        message.Invocation!.Arguments[message.Invocation.Entry.CancellationIndex] = message.CalleeCancellation?.Token ?? CancellationToken.None;
        if (caller.CanBeCanceled && !message.IsOneWay)
        {
            message.CallerCancellation = caller.UnsafeRegister(
                _ =>
                {
                    Signal(message);
                    if (!options.WaitForCancellationAcknowledgement)
                    {
                        message.TryComplete(null, new OperationCanceledException(caller));
                    }
                },
                null);
        }
    }

    /// <summary>Cancels a running request's token as a turn of its activation; one still queued is taken out.</summary>
    public static void Signal(Message message)
    {
        if (message.CalleeCancellation is not { } source)
        {
            return;
        }

        if (message.Sender.Cluster.FindActivation(message.Target) is { } activation)
        {
            activation.Cancel(message);
        }
        else
        {
            source.Cancel();
        }
    }
}
