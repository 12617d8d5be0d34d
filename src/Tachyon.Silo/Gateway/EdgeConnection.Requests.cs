using System.Diagnostics;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Limits;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Gateway;

/// <content>What is done with each request.</content>
internal sealed partial class EdgeConnection
{
    private async Task TakeAsync(uint requestId, GatewayRequest request)
    {
        if (!_address.Messages.TryTake())
        {
            Refuse(requestId, _address.Messages.RetryAfterMs, "too many messages from your address", "address messages");
        }
        else if (_session is null)
        {
            Greet(requestId, request);
        }
        else if (request is Hello or Authenticate)
        {
            End(GatewayErrorCode.OutOfOrder, $"{request.Kind} comes once, at the beginning");
        }
        else if (!_budget!.Requests.TryTake())
        {
            Refuse(requestId, _budget.Requests.RetryAfterMs, "too many requests of your key", "identity requests");
        }
        else
        {
            // Reading stops while all places are taken: the edge's own sending then waits in turn.
            await _openRequests.WaitAsync(_aborted.Token);
            _excess = 0;
            _ = AnswerAsync(_session, requestId, request);
        }
    }

    private void Greet(uint requestId, GatewayRequest request)
    {
        var reply = _greeting.Take(request);
        if (reply is GatewayError error)
        {
            End(error.Code, error.Text);
            return;
        }

        if (reply is Welcome)
        {
            var node = _greeting.Node;
            _budget = _services.Limits.Of(node);
            _session = new EdgeSession(
                node,
                this,
                _services,
                new NamedChannels(_budget, _address, _services.Options.MaxWatchedChannels),
                new PaidUse(_budget.Requests),
                RemoteNetwork.Of(_remote).Source);
            _services.Registry.Identify(this, node)?.End(GatewayErrorCode.Superseded, $"a newer connection proved the key of {node}");
            _services.Logger.Connected(node, _remote);
        }

        Send(GatewayCodec.Encode(requestId, reply));
    }

    private void Refuse(uint requestId, uint retryAfterMs, string why, string limit)
    {
        GatewayMeter.RefusedBy(limit);
        if (++_excess > MaxExcess)
        {
            End(GatewayErrorCode.TooMany, "far too many requests; connect again later", CrowdedMs);
            return;
        }

        Send(GatewayCodec.Encode(requestId, new GatewayError(
            GatewayErrorCode.TooMany, $"{why}; ask again in {retryAfterMs} ms", retryAfterMs)));
    }

    private async Task AnswerAsync(EdgeSession session, uint requestId, GatewayRequest request)
    {
        var startedAt = Stopwatch.GetTimestamp();
        using var activity = GatewayMeter.Activities.HasListeners()
            ? GatewayMeter.Activities.StartActivity(request.Kind.ToString(), ActivityKind.Server)
            : null;
        try
        {
            Send(GatewayCodec.Encode(requestId, await _services.Requests.HandleAsync(session, request)));
        }
#pragma warning disable CA1031 // Whatever went wrong concerns this request alone; the edge asks again and the operator reads why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            GatewayMeter.Failed(request.Kind);
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            _services.Logger.RequestFailed(request.Kind, session.Node, exception);
            Send(GatewayCodec.Encode(requestId, new GatewayError(
                GatewayErrorCode.Unavailable, $"the silo cannot do {request.Kind} now ({exception.GetType().Name}); ask again in a moment")));
        }
        finally
        {
            GatewayMeter.Answered(request.Kind, startedAt);
            _openRequests.Release();
        }
    }
}
