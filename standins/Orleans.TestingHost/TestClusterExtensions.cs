using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

public static class TestClusterExtensions
{
    public static IConfiguration GetConfiguration(this IHostBuilder builder)
    {
        IConfiguration? configuration = null;
        builder.ConfigureServices((context, _) => configuration ??= context.Configuration);
        return configuration ?? new ConfigurationBuilder().Build();
    }

    public static TestClusterOptions GetTestClusterOptions(this IConfiguration config)
    {
        TestClusterOptions options = new();
        config.Bind(options);
        config.GetSection("Orleans").Bind(options);
        return options;
    }
}
