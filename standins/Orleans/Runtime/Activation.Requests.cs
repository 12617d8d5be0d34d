using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;
using Orleans.Storage;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>Which request may run, and running it.</summary>
internal sealed partial class Activation
{
    public void Receive(Message message)
    {
        if (message.IsExpired)
        {
            return;
        }

        bool rejected;
        lock (_lock)
        {
            rejected = _abandoned;
            if (!rejected)
            {
                _waiting.Add(message);
            }
        }

        if (rejected)
        {
            Forward(message);
            return;
        }

        SchedulePump();
    }

    /// <summary>Takes a waiting request out, or cancels the token of a running one as a turn.</summary>
    public void Cancel(Message message)
    {
        lock (_lock)
        {
            if (_waiting.Remove(message))
            {
                message.Reject(new OperationCanceledException());
                return;
            }
        }

        _group.Start(static state => ((CancellationTokenSource)state!).Cancel(), message.CalleeCancellation!);
    }

    private void SchedulePump()
    {
        lock (_lock)
        {
            if (_pumpScheduled)
            {
                return;
            }

            _pumpScheduled = true;
        }

        _group.Start(static self => ((Activation)self!).Pump(), this);
    }

    private void Pump()
    {
        lock (_lock)
        {
            _pumpScheduled = false;
        }

        if (_state == ActivationState.Deactivating)
        {
            TryFinish();
        }

        int index = 0;
        while (true)
        {
            Message message;
            lock (_lock)
            {
                if (_state == ActivationState.Invalid && !_abandoned)
                {
                    ForwardAll();
                    return;
                }

                if (index >= _waiting.Count || _state != ActivationState.Valid)
                {
                    return;
                }

                message = _waiting[index];
                if (message.IsCompleted || message.IsExpired)
                {
                    _waiting.RemoveAt(index);
                    continue;
                }

                if (!MayRun(message))
                {
                    index++;
                    continue;
                }

                _waiting.RemoveAt(index);
                _running.Add(message);
                if (_blocking is null && !message.IsAlwaysInterleave && !Shared.IsReentrant)
                {
                    _blocking = message;
                }
            }

            Run(message);
        }
    }

    private bool MayRun(Message incoming)
    {
        if (_running.Count == 0 || incoming.IsAlwaysInterleave || _blocking is null)
        {
            return true;
        }

        if (_blocking.IsReadOnly && incoming.IsReadOnly)
        {
            return true;
        }

        if (_reentrant is not null
            && incoming.RequestContext?.GetValueOrDefault(Orleans.Runtime.RequestContext.ReentrancyKey) is Guid chain
            && _reentrant.ContainsKey(chain))
        {
            return true;
        }

        return Shared.MayInterleave is { } predicate && GrainInstance is { } instance
            && ((incoming.Invocation is not null && predicate(instance, incoming.Invocation))
                || (_blocking.Invocation is not null && predicate(instance, _blocking.Invocation)));
    }

    private void Run(Message message)
    {
        Task running = RunAsync(message);
        if (running.IsCompleted)
        {
            Completed(message);
        }
        else
        {
            _ = CompleteLater(message, running);
        }
    }

    private async Task CompleteLater(Message message, Task running)
    {
        await running;
        Completed(message);
    }

    private void Completed(Message message)
    {
        bool more;
        lock (_lock)
        {
            _running.Remove(message);
            if (ReferenceEquals(_blocking, message))
            {
                _blocking = null;
            }

            more = _waiting.Count > 0 || _state != ActivationState.Valid;
        }

        if (more)
        {
            SchedulePump();
        }
    }

    /// <summary>Never throws: what the grain throws goes to the caller.</summary>
    private async Task RunAsync(Message message)
    {
        RequestContext.Values = message.RequestContext;
        try
        {
            if (message is ITurn turn)
            {
                await turn.Run(this);
                Touch(message);
                return;
            }

            object? result;
            MethodEntry entry = message.Invocation!.Entry;
            IIncomingGrainCallFilter[] filters = Silo.IncomingFilters;
            if (filters.Length == 0 && GrainInstance is not IIncomingGrainCallFilter)
            {
                result = await entry.Invoke(GrainInstance!, message.Invocation.Arguments);
            }
            else
            {
                message.Invocation.SetTarget(this);
                IncomingCall call = new(this, message, filters);
                await call.Invoke();
                if (call.Response?.Exception is { } chosen)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(chosen);
                }

                result = call.Response is null || call.Response == Response.Completed ? null : call.Response.Result;
            }

            Touch(message);
            if (!message.IsOneWay)
            {
                Respond(message, entry, result);
            }
        }
        catch (Exception exception)
        {
            Touch(message);
            OnThrown(message, exception);
        }
    }

    private void Touch(Message message)
    {
        if (message.IsKeepAlive)
        {
            Volatile.Write(ref _idleSince, System.Diagnostics.Stopwatch.GetTimestamp());
        }
    }

    private void Respond(Message message, MethodEntry entry, object? result)
    {
        if (_abandoned)
        {
            return;
        }

        Codec? codec = entry.ResultCodec;
        bool asIs = codec is null || codec.IsShared || (codec.IsImmutable && ReferenceEquals(message.Sender, Silo));
        message.TryComplete(asIs ? result : codec!.RoundTrip(result, message.Sender), null);
    }

    private void OnThrown(Message message, Exception exception)
    {
        LogInvokeException(Silo.Logger, message.IsOneWay ? LogLevel.Warning : LogLevel.Debug, exception, message);

        // Only an escaped inconsistency, and only where it arose, ends the activation: its state is not the stored one.
        if (exception is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, exception.ToString()));
        }

        if (!_abandoned)
        {
            message.Reject(exception);
        }
    }

    private void ForwardAll()
    {
        Message[] messages = [.. _waiting];
        _waiting.Clear();
        foreach (Message message in messages)
        {
            if (_reason.Exception is { } failure)
            {
                message.Reject(failure);
            }
            else
            {
                Forward(message);
            }
        }
    }

    private void Forward(Message message)
    {
        if (message.IsLocalOnly || message.IsCompleted)
        {
            return;
        }

        if (++message.ForwardCount > Silo.MaxForwardCount)
        {
            message.Reject(new OrleansMessageRejectionException($"Forwarding failed: tried to forward message {message} for {message.ForwardCount} times"));
            return;
        }

        Silo.Cluster.Dispatch(message, message.Sender);
    }

    [LoggerMessage(Message = "Exception during Grain method call of message {Message}")]
    private static partial void LogInvokeException(ILogger logger, LogLevel level, Exception exception, Message message);
}

/// <summary>A message that is a turn of the activation itself, such as a timer's tick.</summary>
internal interface ITurn
{
    Task Run(Activation activation);
}
