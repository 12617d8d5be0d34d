using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orleans.Storage;
using Tachyon.Grains;

namespace Tachyon.Silo.Health;

/// <summary>Finds out whether grains' state can be written, by writing: a full disk or a read-only one shows no other way.</summary>
internal sealed class StorageProbe([FromKeyedServices(GrainsOptions.StorageName)] IGrainStorage storage)
{
    private const string StateName = "probe";

    private static readonly Meter Meter = new("tachyon.storage");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "tachyon.storage.probe.duration", "ms", "Time of a small write of the silo's own, whatever the storage, until it is acknowledged");

    // A record of this process alone, so that silos that share a storage do not get into each other's way.
    private readonly GrainId _id = GrainId.Create("silo-probe", $"{Environment.MachineName}-{Environment.ProcessId}");
    private GrainState<long> _state = new();

    /// <summary>Writes a record of its own.</summary>
    /// <exception cref="Exception">It could not be written.</exception>
    public async Task WriteAsync(DateTimeOffset now)
    {
        try
        {
            if (_state.ETag is null)
            {
                await storage.ReadStateAsync(StateName, _id, _state);
            }

            _state.State = now.ToUnixTimeMilliseconds();
            var startedAt = Stopwatch.GetTimestamp();
            await storage.WriteStateAsync(StateName, _id, _state);
            Duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
        }
        catch
        {
            // It may have been written all the same, as by a server that died before it answered: then the etag is another
            // one, and no later write under this one would ever succeed.
            _state = new GrainState<long>();
            throw;
        }
    }

    /// <summary>Takes the record away again.</summary>
    public Task ClearAsync() => _state.ETag is null ? Task.CompletedTask : storage.ClearStateAsync(StateName, _id, _state);
}
