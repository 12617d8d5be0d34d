using System.Globalization;
using System.Numerics;
using Tachyon.Grains.Channels;

namespace Tachyon.Grains.Census;

/// <summary>One pass over the records of all channels: sums, and channels worth a look. Pure; not thread-safe.</summary>
internal sealed class ChannelCensus
{
    private const int IdDigits = 16;

    private readonly int[] _byPhase = new int[Enum.GetValues<ChannelPhase>().Length];
    private readonly List<ChannelView> _disputed = [];
    private readonly List<ChannelView> _ended = [];
    private readonly PriorityQueue<ChannelView, ulong> _soonest = new(Comparer<ulong>.Create((left, right) => right.CompareTo(left)));

    // The beginnings of the ids, which are hashes: some storages show a record twice.
    private readonly HashSet<ulong> _seen = [];
    private ulong _usedBytes;
    private ulong _unclaimedBytes;
    private BigInteger _unclaimed;
    private BigInteger _paid;
    private BigInteger _burned;
    private int _openDisputes;
    private int _endedInDispute;
    private int _contradicted;

    /// <summary>Counts a channel.</summary>
    /// <param name="key">The key of its grain.</param>
    /// <param name="record">Its record.</param>
    internal void Add(string key, ChannelRecord record)
    {
        if (record.Terms is null || !_seen.Add(ulong.Parse(key.AsSpan(2, IdDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)))
        {
            return;
        }

        ChannelView view = ChannelFigures.View(ChannelId.Parse(key), record)!;
        _byPhase[(int)view.Phase]++;
        _usedBytes += view.ConsumerBytes;
        _unclaimedBytes += view.UnclaimedBytes;
        _unclaimed += view.Unclaimed.BaseUnits;
        _paid += view.Paid.BaseUnits;
        _burned += view.Settlement?.Burned.BaseUnits ?? 0;
        Note(view);
    }

    /// <summary>The sums of what was added.</summary>
    internal CensusView Total(ulong nowMs, ulong tookMs) => new()
    {
        CountedAtMs = nowMs,
        TookMs = tookMs,
        ByPhase = [.. _byPhase],
        UsedBytes = _usedBytes,
        UnclaimedBytes = _unclaimedBytes,
        Unclaimed = new TokenAmount(_unclaimed),
        Paid = new TokenAmount(_paid),
        Burned = new TokenAmount(_burned),
        Disputed = _openDisputes,
        EndedInDispute = _endedInDispute,
        Contradicted = _contradicted,
    };

    /// <summary>The channels worth a look. To be called once, at the end.</summary>
    internal CensusNotes Notes()
    {
        var soonest = new Stack<ChannelView>();
        while (_soonest.TryDequeue(out ChannelView? next, out _))
        {
            soonest.Push(next);
        }

        return new CensusNotes { Disputed = [.. _disputed], Ended = [.. _ended], Soonest = [.. soonest] };
    }

    private void Note(ChannelView view)
    {
        bool isOver = ChannelLifecycle.IsOver(view.Phase);
        bool isDispute = !isOver && !view.Agreed;
        bool endedInDispute = view.Settlement is { Burned.IsZero: false };
        bool isContradicted = view.ConsumerContradicted || view.ProviderContradicted;
        _openDisputes += isDispute ? 1 : 0;
        _endedInDispute += endedInDispute ? 1 : 0;
        _contradicted += isContradicted ? 1 : 0;
        if (isDispute)
        {
            Keep(_disputed, view);
        }
        else if (endedInDispute || isContradicted)
        {
            Keep(_ended, view);
        }

        if (view.DeadlineSeconds is { } deadline)
        {
            _soonest.Enqueue(view, deadline);
            if (_soonest.Count > CensusNotes.MaxOfEach)
            {
                _soonest.Dequeue();
            }
        }
    }

    private static void Keep(List<ChannelView> channels, ChannelView view)
    {
        if (channels.Count < CensusNotes.MaxOfEach)
        {
            channels.Add(view);
        }
    }
}
