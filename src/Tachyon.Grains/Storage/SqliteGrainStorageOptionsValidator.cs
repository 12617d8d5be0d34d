namespace Tachyon.Grains.Storage;

/// <summary>Checks a SQLite storage's settings at start-up and reports every fault at once.</summary>
internal sealed class SqliteGrainStorageOptionsValidator(string name, SqliteGrainStorageOptions options) : IConfigurationValidator
{
    private const int MaxBatchLimit = 100_000;

    /// <inheritdoc />
    public void ValidateConfiguration()
    {
        List<string> faults = [.. Faults()];
        if (faults.Count > 0)
        {
            throw new OrleansConfigurationException($"SQLite storage '{name}': {string.Join(" ", faults)}");
        }
    }

    private IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(options.Path))
        {
            yield return "Path is empty; name the database file.";
        }
        else if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Path)) is not { } directory || !System.IO.Directory.Exists(directory))
        {
            yield return $"Path is '{options.Path}', whose directory does not exist.";
        }

        if (options.MaxBatch is < 1 or > MaxBatchLimit)
        {
            yield return $"MaxBatch is {options.MaxBatch}; it must be 1 to {MaxBatchLimit}.";
        }

        if (options.Gathering < TimeSpan.Zero || options.Gathering > TimeSpan.FromSeconds(1))
        {
            yield return $"Gathering is {options.Gathering}; it must be zero to one second.";
        }

        if (options.BusyTimeout <= TimeSpan.Zero || options.BusyTimeout > TimeSpan.FromMinutes(5))
        {
            yield return $"BusyTimeout is {options.BusyTimeout}; it must be above zero and at most five minutes.";
        }
    }
}
