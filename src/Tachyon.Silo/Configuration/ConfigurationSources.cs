namespace Tachyon.Silo.Configuration;

/// <summary>Where settings come from: later sources win.</summary>
internal static class ConfigurationSources
{
    /// <summary>The prefix of environment variables: TACHYON_Chain__Endpoint is Chain:Endpoint.</summary>
    public const string EnvironmentPrefix = "TACHYON_";

    /// <summary>appsettings.json beside the program, the file given, the environment, the command line.</summary>
    /// <exception cref="InvalidDataException">A file is no JSON.</exception>
    /// <exception cref="FileNotFoundException">The file given does not exist.</exception>
    public static IConfigurationRoot Build(string? file, IEnumerable<KeyValuePair<string, string?>> commandLine)
    {
        var builder = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true);
        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        return builder
            .AddEnvironmentVariables(EnvironmentPrefix)
            .AddInMemoryCollection(commandLine)
            .Build();
    }
}
