using StackExchange.Redis;
using Orleans.Storage;
using Tachyon.Grains.Storage;

namespace Tachyon.Silo.Storage;

/// <summary>Reads grains' records from a Redis server page by page, in the order of the server's own tables.</summary>
/// <remarks>
/// Orleans keeps a record in a hash named SERVICE/state/GRAIN/STATE, with the state in its field "data". The server's cursor
/// finds each record that is there from the first page to the last; one may come twice.
/// </remarks>
internal sealed class RedisRecordPages(ConfigurationOptions options, string serviceId, IGrainStorageSerializer serializer) : IGrainRecordPages, IAsyncDisposable
{
    private const string DataField = "data";

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _connection;

    /// <inheritdoc/>
    public async Task<GrainRecordPage<T>> ReadAsync<T>(string grainType, string stateName, string? cursor, int count)
    {
        var database = (await ConnectAsync()).GetDatabase();
        var prefix = $"{serviceId}/state/{grainType}/";
        var suffix = $"/{stateName}";
        var at = ulong.TryParse(cursor, out var known) ? known : 0;
        var scanned = (RedisResult[])(await database.ExecuteAsync("SCAN", at, "MATCH", $"{prefix}*{suffix}", "COUNT", count))!;
        string[] keys = [.. ((RedisResult[])scanned[1]!).Select(key => (string)key!)];
        var states = await Task.WhenAll(keys.Select(key => database.HashGetAsync(key, DataField)));
        var next = (string)scanned[0]!;
        return new GrainRecordPage<T>(
            [
                .. keys.Zip(states)
                    .Where(pair => pair.Second.HasValue) // One that was cleared meanwhile is gone.
                    .Select(pair => (pair.First[prefix.Length..^suffix.Length], serializer.Deserialize<T>(new BinaryData((byte[])pair.Second!))!)),
            ],
            next == "0" ? null : next);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _connecting.Dispose();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        await _connecting.WaitAsync();
        try
        {
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(options);
        }
        finally
        {
            _connecting.Release();
        }
    }
}
