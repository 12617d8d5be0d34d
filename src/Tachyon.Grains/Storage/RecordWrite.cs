namespace Tachyon.Grains.Storage;

/// <summary>Puts a grain's record in the place of the version that the grain has read.</summary>
/// <remarks>
/// What a silo does most, so it allocates nothing but itself and its task. Whoever waits for the task goes on where the
/// transaction is acknowledged unless it has a scheduler of its own, as grains have: it must only hand over.
/// </remarks>
/// <param name="stateName">The record's name.</param>
/// <param name="grainId">The grain.</param>
/// <param name="expected">The version that is replaced; null when there must be none.</param>
/// <param name="record">The record; null to clear it.</param>
internal sealed class RecordWrite(string stateName, GrainId grainId, long? expected, byte[]? record) : SqliteWrite
{
    private const string Insert = "INSERT INTO grain_state (state_name, grain_id, version, record) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING";
    private const string Update = "UPDATE grain_state SET version = version + 1, record = ?3 WHERE state_name = ?1 AND grain_id = ?2 AND version = ?4";

    private readonly TaskCompletionSource<bool> _completion = new();
    private bool _written;

    /// <summary>True when the record is durable, with a version one higher; false when another version was there.</summary>
    internal Task<bool> Task => _completion.Task;

    /// <summary>The version that the record has once it is written.</summary>
    internal long Version => (expected ?? 0) + 1;

    internal override void Execute(SqliteSession session)
    {
        SqliteStatement statement = session.Compiled(expected is null ? Insert : Update);
        statement.BindText(1, stateName);
        statement.BindGrain(2, grainId);
        statement.BindBlob(3, record);
        if (expected is { } version)
        {
            statement.BindInteger(4, version);
        }

        _written = statement.Execute() == 1;
    }

    internal override void Acknowledge() => _completion.SetResult(_written);

    internal override void Fail(Exception fault) => _completion.TrySetException(fault);
}
