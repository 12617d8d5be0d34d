using Tachyon.Grains;
using Tachyon.Grains.Activity;
using Tachyon.Silo.Hosting;

namespace Tachyon.Silo.Console.History;

/// <summary>Reports what this silo's channels do, and keeps what all silos together did.</summary>
internal sealed partial class ActivityFollower(
    IGrainFactory grains,
    ChannelTally tally,
    ActivityHistory history,
    ILocalSiloDetails silo,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ActivityFollower> logger)
    : BackgroundService
{
    /// <summary>Well below the length of a sample, so that samples show what was done in them.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Reports now.</summary>
    public async Task ReportAsync()
    {
        var (bytes, tokens) = tally.Now;
        history.Add(await grains.Activity().Report(
            new SiloActivity { Silo = silo.SiloAddress.ToString(), Bytes = bytes, Tokens = tokens }, history.NewestMs));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            await lifetime.WaitForStartAsync(stoppingToken);
            do
            {
                await TryReportAsync();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task TryReportAsync()
    {
        try
        {
            await ReportAsync();
        }
#pragma warning disable CA1031 // What was not reported is in the next report.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "What the channels do could not be reported: {Reason}")]
    private partial void LogFailed(string reason);
}
