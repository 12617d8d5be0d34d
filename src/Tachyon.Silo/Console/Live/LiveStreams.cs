using System.Net;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Console.Live;

/// <summary>
/// How many pages are followed at a time: each is rendered again every few seconds. Strangers never take all the room, and one address
/// never all of theirs, so that whoever has the operator key finds a place. Thread-safe.
/// </summary>
internal sealed class LiveStreams
{
    /// <summary>Pages followed at a time; whoever comes on top sees the page as it is.</summary>
    public const int Most = 64;

    /// <summary>Of those, so many are for holders of the operator key alone.</summary>
    public const int Reserved = 16;

    /// <summary>Pages that one remote address follows without the operator key.</summary>
    public const int MostPerAddress = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<RemoteNetwork, int> _strangers = [];
    private int _all;
    private int _allStrangers;

    /// <summary>How many are followed now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all;
            }
        }
    }

    /// <summary>A place, held until it is disposed of; null when there is none.</summary>
    /// <param name="remote">Who follows.</param>
    /// <param name="isOperator">Whether the operator key was shown.</param>
    public IDisposable? TryOpen(IPAddress remote, bool isOperator)
    {
        var network = RemoteNetwork.Of(remote);
        lock (_lock)
        {
            if (_all >= Most)
            {
                return null;
            }

            if (!isOperator)
            {
                var held = _strangers.GetValueOrDefault(network);
                if (_allStrangers >= Most - Reserved || held >= MostPerAddress)
                {
                    return null;
                }

                _strangers[network] = held + 1;
                _allStrangers++;
            }

            _all++;
        }

        return new Place(this, isOperator ? null : network);
    }

    private void Close(RemoteNetwork? stranger)
    {
        lock (_lock)
        {
            _all--;
            if (stranger is not { } network)
            {
                return;
            }

            _allStrangers--;
            if (--_strangers[network] == 0)
            {
                _strangers.Remove(network);
            }
        }
    }

    private sealed class Place(LiveStreams streams, RemoteNetwork? stranger) : IDisposable
    {
        private LiveStreams? _streams = streams;

        public void Dispose() => Interlocked.Exchange(ref _streams, null)?.Close(stranger);
    }
}
