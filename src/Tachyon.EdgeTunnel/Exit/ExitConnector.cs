using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>
/// Connects streams to the internet: resolves names here, asks the policy about every address, and races what is left.
/// </summary>
internal sealed class ExitConnector(EgressPolicy policy, IExitResolver resolver, ExitOptions options, TimeProvider time) : IExitConnector
{
    /// <inheritdoc />
    public async ValueTask<ExitConnection> ConnectAsync(TargetAddress target, CancellationToken cancellationToken)
    {
        if (!policy.MayAllow(target.Port))
        {
            return ExitConnection.Failed(OpenOutcome.RefusedByPolicy);
        }

        IPAddress[] addresses;
        if (target.Address is { } address)
        {
            addresses = [address];
        }
        else
        {
            var (outcome, resolved) = await ResolveAsync(target.Name!, cancellationToken);
            if (resolved.Length == 0)
            {
                return ExitConnection.Failed(outcome);
            }

            addresses = resolved;
        }

        // The very addresses that are connected to: nothing is resolved again behind the policy's back.
        var allowed = addresses.Where(candidate => policy.Allows(candidate, target.Port)).Take(options.MaxAddresses).ToArray();
        return allowed.Length switch
        {
            0 => ExitConnection.Failed(OpenOutcome.RefusedByPolicy),
            1 => await DialAsync(allowed[0], target.Port, cancellationToken),
            _ => await RaceAsync(Interleave(allowed), target.Port, cancellationToken),
        };
    }

    /// <inheritdoc />
    public ExitConnection OpenUdp()
    {
        if (!options.CarriesUdp)
        {
            return ExitConnection.Failed(OpenOutcome.RefusedByPolicy);
        }

        try
        {
            return new ExitConnection(OpenOutcome.Connected, UdpExit.Open(policy, resolver, options.Udp, time));
        }
        catch (SocketException)
        {
            // Out of sockets or ports.
            return ExitConnection.Failed(OpenOutcome.Failed);
        }
    }

    private async Task<(OpenOutcome Outcome, IPAddress[] Addresses)> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ResolveTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (OpenOutcome.NameNotFound, await resolver.ResolveAsync(name, either.Token).WaitAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (OpenOutcome.TimedOut, []);
        }
        catch (SocketException e)
        {
            // To be tried again: too many names are being asked for, or the resolver is not there.
            return (e.SocketErrorCode == SocketError.TryAgain ? OpenOutcome.Failed : OpenOutcome.NameNotFound, []);
        }
    }

    // The families take turns, so that one that does not work here costs one attempt's delay and not all of them.
    private static IPAddress[] Interleave(IPAddress[] addresses)
    {
        var first = addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily);
        var other = addresses.Where(a => a.AddressFamily != addresses[0].AddressFamily);
        var ordered = new List<IPAddress>(addresses.Length);
        using var a = first.GetEnumerator();
        using var b = other.GetEnumerator();
        bool moreA;
        bool moreB;
        do
        {
            moreA = a.MoveNext();
            if (moreA)
            {
                ordered.Add(a.Current);
            }

            moreB = b.MoveNext();
            if (moreB)
            {
                ordered.Add(b.Current);
            }
        }
        while (moreA || moreB);
        return [.. ordered];
    }

    // With nobody to race against. What connects at once, as on this machine, does so on the caller's own time.
    private async Task<ExitConnection> DialAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return new ExitConnection(OpenOutcome.Connected, new SocketEndpoint(await ConnectAsync(address, port, either.Token)));
        }
        catch (OperationCanceledException)
        {
            return ExitConnection.Failed(limit.IsCancellationRequested ? OpenOutcome.TimedOut : OpenOutcome.Failed);
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return ExitConnection.Failed(OutcomeOf(fault));
        }
    }

    // Happy eyeballs: starts the next attempt when the last one failed or took its delay; the first connection wins.
    private async Task<ExitConnection> RaceAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var race = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var attempts = new List<Task<Socket>>(addresses.Length);
        var next = 0;
        var outcome = OpenOutcome.Failed;
        try
        {
            while (next < addresses.Length || attempts.Count > 0)
            {
                Task delay;
                if (next < addresses.Length)
                {
                    attempts.Add(ConnectAsync(addresses[next++], port, race.Token));
                    delay = Task.Delay(next < addresses.Length ? options.AttemptDelay : Timeout.InfiniteTimeSpan, time, race.Token);
                }
                else
                {
                    delay = Task.Delay(Timeout.InfiniteTimeSpan, time, race.Token);
                }

                await Task.WhenAny([.. attempts, delay]);
                if (race.IsCancellationRequested)
                {
                    return ExitConnection.Failed(limit.IsCancellationRequested ? OpenOutcome.TimedOut : OpenOutcome.Failed);
                }

                foreach (var attempt in attempts.Where(attempt => attempt.IsCompleted).ToArray())
                {
                    attempts.Remove(attempt);
                    if (attempt.IsCompletedSuccessfully)
                    {
                        return new ExitConnection(OpenOutcome.Connected, new SocketEndpoint(attempt.Result));
                    }

                    outcome = OutcomeOf(attempt.Exception?.InnerException);
                }
            }

            return ExitConnection.Failed(outcome);
        }
        finally
        {
            await race.CancelAsync();
            foreach (var attempt in attempts)
            {
                _ = attempt.ContinueWith(DisposeLate, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectQuietlyAsync(new IPEndPoint(address, port), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void DisposeLate(Task<Socket> attempt)
    {
        if (attempt.IsCompletedSuccessfully)
        {
            attempt.Result.Dispose();
        }
        else
        {
            // Observed: a loser of the race is no news.
            _ = attempt.Exception;
        }
    }

    private static OpenOutcome OutcomeOf(Exception? exception) => exception switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => OpenOutcome.ConnectionRefused,
        SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported } => OpenOutcome.NetworkUnreachable,
        SocketException { SocketErrorCode: SocketError.HostUnreachable } => OpenOutcome.HostUnreachable,
        SocketException { SocketErrorCode: SocketError.TimedOut } => OpenOutcome.TimedOut,
        _ => OpenOutcome.Failed,
    };
}
