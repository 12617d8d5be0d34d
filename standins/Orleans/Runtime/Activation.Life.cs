using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>Coming to life and ending.</summary>
internal sealed partial class Activation
{
    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default)
    {
        _operating = true;
        _group.Start(_ => _ = RunActivation(requestContext), null);
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_reason.ReasonCode == DeactivationReasonCode.None)
            {
                _reason = deactivationReason;
            }

            if (_state is not (ActivationState.Valid or ActivationState.Activating))
            {
                return;
            }

            _wasValid = _state == ActivationState.Valid;
            _state = ActivationState.Deactivating;
        }

        _activationCancelled.Cancel();
        SchedulePump();
    }

    private async Task RunActivation(Dictionary<string, object>? requestContext)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(_activationCancelled.Token);
        timeout.CancelAfter(Silo.Collection.ActivationTimeout);
        try
        {
            RequestContext.Values = requestContext;
            GrainInstance = Shared.CreateInstance(this);
            await _lifecycle.OnStart(timeout.Token).WaitAsync(timeout.Token);
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            }

            lock (_lock)
            {
                if (_state == ActivationState.Activating)
                {
                    _state = ActivationState.Valid;
                }

                _idleSince = System.Diagnostics.Stopwatch.GetTimestamp();
            }

            if (Shared.CollectionAge(Silo) is { } age)
            {
                Silo.CheckCollectable(age);
            }
        }
        catch (Exception exception)
        {
            LogActivationFailed(Silo.Logger, exception, this);
            Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationFailed, exception, "Failed to activate grain."));
        }
        finally
        {
            _operating = false;
            SchedulePump();
        }
    }

    /// <summary>Starts to finish, once, when nothing runs any more.</summary>
    private void TryFinish()
    {
        lock (_lock)
        {
            if (_operating || _running.Count > 0)
            {
                return;
            }

            _operating = true;
        }

        _ = Finish();
    }

    private async Task Finish()
    {
        using CancellationTokenSource timeout = new(Silo.Collection.DeactivationTimeout);
        DisposeTimers();
        try
        {
            if (_wasValid && GrainInstance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(_reason, timeout.Token).WaitAsync(timeout.Token);
            }
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(Silo.Logger, exception, this);
        }

        try
        {
            await _lifecycle.OnStop(timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(Silo.Logger, exception, this);
        }

        Silo.Cluster.Unregister(this);
        Silo.Forget(this);
        await DisposeInstance();
        lock (_lock)
        {
            if (!_abandoned)
            {
                _state = ActivationState.Invalid;
            }
        }

        SchedulePump();
        _deactivated.TrySetResult();
    }

    private async Task DisposeInstance()
    {
        try
        {
            switch (GrainInstance)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }

            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(Silo.Logger, exception, this);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Error activating grain {Activation}")]
    private static partial void LogActivationFailed(ILogger logger, Exception exception, Activation activation);

    [LoggerMessage(Level = LogLevel.Error, Message = "Error deactivating grain {Activation}")]
    private static partial void LogDeactivationFailed(ILogger logger, Exception exception, Activation activation);
}
