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
internal sealed class RecordWrite(string stateName, GrainId grainId, RecordVersion? expected, byte[]? record) : SqliteWrite
{
    private const string Insert = "INSERT INTO grain_state (state_name, grain_id, version, record) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING";
    private const string Update = "UPDATE grain_state SET version = version + 1, record = ?3 WHERE row_id = ?4 AND version = ?5 AND grain_id = ?2 AND state_name = ?1";

    private readonly TaskCompletionSource<RecordVersion?> _completion = new();
    private RecordVersion? _written;

    /// <summary>The version that the record has now that it is durable; null when another than the expected one was there.</summary>
    internal Task<RecordVersion?> Task => _completion.Task;

    internal override void Execute(SqliteSession session)
    {
        SqliteStatement statement = session.Compiled(expected is null ? Insert : Update);
        statement.BindText(1, stateName);
        statement.BindGrain(2, grainId);
        statement.BindBlob(3, record);
        if (expected is { } replaced)
        {
            statement.BindInteger(4, replaced.Row);
            statement.BindInteger(5, replaced.Version);
        }

        _written = statement.Execute() == 0 ? null : expected?.Next ?? RecordVersion.First(session.LastInsertedRow);
    }

    internal override void Acknowledge() => _completion.SetResult(_written);

    internal override void Fail(Exception fault) => _completion.TrySetException(fault);
}
