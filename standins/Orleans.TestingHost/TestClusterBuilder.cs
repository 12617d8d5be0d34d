using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Orleans.TestingHost;

/// <summary>Builds a cluster of silos within the test's process, configured by types.</summary>
public class TestClusterBuilder
{
    private readonly List<Action<IConfigurationBuilder>> _configureHost = [];
    private readonly List<Action> _configure = [];

    public TestClusterBuilder() : this(2)
    {
    }

    public TestClusterBuilder(short initialSilosCount) => Options = new TestClusterOptions
    {
        InitialSilosCount = initialSilosCount,
        ClusterId = CreateClusterId(),
        ServiceId = Guid.NewGuid().ToString("N"),
        UseTestClusterMembership = true,
        InitializeClientOnDeploy = true,
        ConfigureFileLogging = true,
        AssumeHomogenousSilosForTesting = true,
    };

    public Dictionary<string, string?> Properties { get; } = [];

    public TestClusterOptions Options { get; }

    public static string CreateClusterId() =>
        $"testcluster-{DateTime.UtcNow.ToString("yyyy-MM-dd-HH-mm-ss", CultureInfo.InvariantCulture)}-{Random.Shared.Next(1000)}";

    public TestClusterBuilder ConfigureBuilder(Action configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        _configure.Add(configureDelegate);
        return this;
    }

    public TestClusterBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        _configureHost.Add(configureDelegate);
        return this;
    }

    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(ISiloConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
        {
            throw new ArgumentException($"The type {typeof(T)} is not assignable to either {nameof(ISiloConfigurator)} or {nameof(IHostConfigurator)}");
        }

        Options.SiloBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(IClientBuilderConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
        {
            throw new ArgumentException($"The type {typeof(T)} is not assignable to either {nameof(IClientBuilderConfigurator)} or {nameof(IHostConfigurator)}");
        }

        Options.ClientBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    public TestCluster Build()
    {
        foreach (Action action in _configure)
        {
            action();
        }

        ConfigurationBuilder configuration = new();
        configuration.AddInMemoryCollection(Properties);
        configuration.AddInMemoryCollection(Options.ToDictionary());
        foreach (Action<IConfigurationBuilder> action in _configureHost)
        {
            action(configuration);
        }

        IConfigurationRoot built = configuration.Build();
        TestClusterOptions final = new();
        built.Bind(final);
        built.GetSection("Orleans").Bind(final);
        return new TestCluster(final, built);
    }
}
