using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tachyon.Grains.Channels;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Census;

/// <inheritdoc cref="ICensusGrain" />
/// <remarks>
/// A million records take a while to read, and whoever stores units reads and writes beside this: after each page it rests, twenty
/// times as long as the page took, or as long as that while nobody has an answer yet.
/// </remarks>
internal sealed partial class CensusGrain : Grain, ICensusGrain
{
    /// <summary>The least time from the end of one pass to the next.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>For so long after a question it goes on counting.</summary>
    internal static readonly TimeSpan WantedFor = TimeSpan.FromMinutes(2);

    private const int PageSize = 500;
    private const int RestParts = 20;

    private readonly IGrainRecordPages _pages;
    private readonly GrainClock _clock;
    private readonly ILogger<CensusGrain> _logger;
    private IGrainTimer _timer = null!;
    private ChannelCensus? _pass;
    private string? _cursor;
    private ulong _startedAtMs;
    private DateTimeOffset _wantedUntil;
    private bool _isAwake;
    private CensusView? _latest;
    private CensusNotes _notes = CensusNotes.Empty;

    /// <summary>Made by the runtime.</summary>
    public CensusGrain(IServiceProvider services, GrainClock clock, ILogger<CensusGrain> logger)
    {
        _pages = services.GetRequiredKeyedService<IGrainRecordPages>(GrainsOptions.StorageName);
        _clock = clock;
        _logger = logger;
    }

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _timer = this.RegisterGrainTimer(Step, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<CensusView?> Latest()
    {
        Want();
        return Task.FromResult(_latest);
    }

    /// <inheritdoc />
    public Task<CensusNotes> Noted()
    {
        Want();
        return Task.FromResult(_notes);
    }

    private void Want()
    {
        _wantedUntil = _clock.UtcNow + WantedFor;
        if (!_isAwake)
        {
            _isAwake = true;
            _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task Step()
    {
        TimeSpan rest = Pause;
        try
        {
            rest = await ReadPage();
        }
#pragma warning disable CA1031 // A storage that fails shows elsewhere; counting begins again with the next step.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _pass = null;
            LogFailed(_logger, fault.Message);
        }

        _isAwake = _clock.UtcNow < _wantedUntil;
        if (_isAwake)
        {
            _timer.Change(rest, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Counts the next page; returns how long to rest after it.</summary>
    private async Task<TimeSpan> ReadPage()
    {
        if (_pass is null)
        {
            (_pass, _cursor, _startedAtMs) = (new ChannelCensus(), null, _clock.NowMs);
        }

        long startedAt = TimeProvider.System.GetTimestamp();
        GrainRecordPage<ChannelRecord> page = await _pages.ReadAsync<ChannelRecord>(ChannelList.GrainTypeName, ChannelGrain.StateName, _cursor, PageSize);
        foreach ((string key, ChannelRecord record) in page.Records)
        {
            _pass.Add(key, record);
        }

        _cursor = page.Next;
        if (_cursor is not null)
        {
            return TimeProvider.System.GetElapsedTime(startedAt) * (_latest is null ? 1 : RestParts);
        }

        ulong nowMs = _clock.NowMs;
        _latest = _pass.Total(nowMs, nowMs - Math.Min(nowMs, _startedAtMs));
        _notes = _pass.Notes();
        _pass = null;
        return Pause;
    }

    [LoggerMessage(1, LogLevel.Warning, "The channels could not be counted; counting begins again: {Error}")]
    private static partial void LogFailed(ILogger logger, string error);
}
