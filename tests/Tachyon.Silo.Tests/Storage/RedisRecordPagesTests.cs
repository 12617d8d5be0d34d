using System.Globalization;
using Orleans.Storage;
using StackExchange.Redis;
using Tachyon.Silo.Storage;

namespace Tachyon.Silo.Tests.Storage;

/// <summary>Reading all records from a Redis server, where the build and the machine have one.</summary>
public sealed class RedisRecordPagesTests
{
    [Fact]
    public async Task Records_AreFoundPageByPage_AndNoOthers_WhereThereIsRedis()
    {
        if (!RedisServer.IsInstalled || !HasPackages())
        {
            return;
        }

        await using var server = await RedisServer.StartAsync();
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(server.ConnectionString)))
        {
            var database = connection.GetDatabase();
            for (var i = 0; i < 100; i++)
            {
                await database.ExecuteAsync("HSET", $"ours/state/channel/{i}/channel", "data", $"{i}", "etag", "1");
                await database.ExecuteAsync("HSET", $"ours/state/provider/{i}/provider", "data", "1000", "etag", "1");
                await database.ExecuteAsync("HSET", $"theirs/state/channel/{i}/channel", "data", "2000", "etag", "1");
                await database.ExecuteAsync("HSET", $"ours/state/channel/{i + 500}/channel", "etag", "1"); // Cleared.
            }
        }

        await using var pages = new RedisRecordPages(ConfigurationOptions.Parse(server.ConnectionString), "ours", new NumberSerializer());
        var found = new Dictionary<string, int>();
        string? cursor = null;
        var read = 0;
        do
        {
            var page = await pages.ReadAsync<int>("channel", "channel", cursor, 40);
            foreach (var (key, record) in page.Records)
            {
                found[key] = record;
            }

            cursor = page.Next;
            read++;
        }
        while (cursor is not null);

        Assert.True(read > 1);
        Assert.Equal(Enumerable.Range(0, 100), found.Values.Order());
        Assert.All(found, pair => Assert.Equal(pair.Key, pair.Value.ToString(CultureInfo.InvariantCulture)));
    }

    private static bool HasPackages()
    {
        try
        {
            return new ConfigurationOptions() is not null;
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    }

    private sealed class NumberSerializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new($"{input}");

        public T? Deserialize<T>(BinaryData input) => (T)(object)int.Parse(input.ToString(), CultureInfo.InvariantCulture);
    }
}
