// Proxies, started from the examples in docs/examples with other ports and paths.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Program, until } from "./process.js";
import { freePort, program, temporaryFolder } from "./tools.js";

const examples = fileURLToPath(new URL("../../docs/examples/", import.meta.url));

/**
 * An example with other words in some places, each of which must be there.
 *
 * @param {string} name below docs/examples, or a whole path
 * @param {[RegExp, string][]} changes
 */
function example(name, changes) {
  let text = readFileSync(resolve(examples, name), "utf8");
  for (const [what, by] of changes) {
    if (text.search(what) < 0) throw new Error(`${name} has nothing like ${what}`);
    text = text.replace(what, by);
  }
  return text;
}

const SERVER = /\b127\.0\.0\.1:3000\b/g;

class ReverseProxy {
  /** @type {number} */
  port;
  /** @type {Program} */
  program;
  over = false;

  /** @param {ConstructorParameters<typeof Program>} starting */
  async begin(...starting) {
    this.program = new Program(...starting);
    void this.program.ended.then(() => {
      this.over = true;
    });
    const answers = () =>
      fetch(`http://127.0.0.1:${this.port}/nothing-here`).then(
        () => true,
        () => false,
      );
    await until(() => this.over || answers(), "the proxy answers");
    if (this.over) throw new Error(`the proxy did not start: ${this.program.stdout}${this.program.stderr}`);
    return this;
  }

  stop() {
    return this.program.stop();
  }
}

/** nginx with docs/examples/nginx before a server at a port. */
export class Nginx extends ReverseProxy {
  /**
   * The port of unencrypted HTTP, where it is not under a path.
   *
   * @type {number | undefined}
   */
  plain;

  /**
   * `path`: under /ashlink; `staff`: the file of users who make links
   *
   * @param {number} server
   * @param {{ path?: boolean, staff?: string }} settings
   */
  static start(server, { path = false, staff } = {}) {
    return Nginx.#run((nginx, folder) => (path ? nginx.#underPath(server) : nginx.#ownHost(server, staff, folder)));
  }

  /**
   * With the page in a folder of `ashlink-server static`.
   *
   * @param {string} page
   */
  static serve(page) {
    return Nginx.#run(({ port }) =>
      example(join(page, "nginx.conf"), [
        [/listen 443 ssl http2;/, `listen 127.0.0.1:${port};`],
        [/ +ssl_certificate .*\n +ssl_certificate_key .*\n/, ""],
      ]),
    );
  }

  /** @param {(nginx: Nginx, folder: string) => string | Promise<string>} sitesOf */
  static async #run(sitesOf) {
    const nginx = new Nginx();
    nginx.port = await freePort();
    const folder = temporaryFolder();
    mkdirSync(join(folder, "temp"));
    const sites = await sitesOf(nginx, folder);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/temp/${name};`);
    // One process, which takes nobody with it and leaves nobody behind.
    const config = `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {}
http { access_log off; ${temporary.join(" ")}\n${sites}\n}`;
    writeFileSync(join(folder, "nginx.conf"), config);
    return nginx.begin(program("NGINX", ["nginx", "/usr/sbin/nginx"]), ["-p", folder, "-e", "stderr", "-c", join(folder, "nginx.conf")]);
  }

  /**
   * @param {number} server
   * @param {string | undefined} staff
   * @param {string} folder
   */
  async #ownHost(server, staff, folder) {
    this.plain = await freePort();
    /** @type {[RegExp, string][]} */
    const changes = [
      [SERVER, `127.0.0.1:${server}`],
      [/listen 443 ssl http2;/, `listen 127.0.0.1:${this.port};`],
      [/listen 80;/, `listen 127.0.0.1:${this.plain};`],
      [/ +ssl_certificate .*\n +ssl_certificate_key .*\n/, ""],
    ];
    if (!staff) return example("nginx/ashlink.conf", changes);
    const split = join(folder, "staff.conf");
    writeFileSync(split, example("nginx/ashlink-staff.conf", [[/\/etc\/nginx\/ashlink\.htpasswd/g, staff]]));
    return example("nginx/ashlink.conf", [...changes, [/# To let only staff make links: include \S+;/, `include ${split};`]]);
  }

  /** @param {number} server */
  #underPath(server) {
    const locations = example("nginx/ashlink-path.conf", [[SERVER, `127.0.0.1:${server}`]]);
    return `server { listen 127.0.0.1:${this.port}; ${locations}\n}`;
  }
}

/** Caddy with docs/examples/caddy before a server at a port. */
export class Caddy extends ReverseProxy {
  /**
   * @param {number} server
   * @param {{ path?: boolean }} settings
   */
  static start(server, { path = false } = {}) {
    return Caddy.#run((address) =>
      path
        ? example("caddy/Caddyfile.path", [
            [SERVER, `127.0.0.1:${server}`],
            [/^intranet\.example\.com /m, `${address} `],
          ])
        : example("caddy/Caddyfile", [
            [/\bserver:3000\b/, `127.0.0.1:${server}`],
            [/^\{\$ASHLINK_DOMAIN\} /m, `${address} `],
          ]),
    );
  }

  /**
   * With the page in a folder of `ashlink-server static`.
   *
   * @param {string} page
   */
  static serve(page) {
    return Caddy.#run((address) => example(join(page, "Caddyfile"), [[/^http:\S+ \{$/m, `${address} {`]]));
  }

  /** @param {(address: string) => string} siteAt */
  static async #run(siteAt) {
    const caddy = new Caddy();
    caddy.port = await freePort();
    const folder = temporaryFolder();
    const site = siteAt(`http://:${caddy.port}`);
    const file = join(folder, "Caddyfile");
    writeFileSync(file, `{\n\tadmin off\n}\n${site}`);
    const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    return caddy.begin(program("CADDY", ["caddy"]), ["run", "--config", file, "--adapter", "caddyfile"], env);
  }
}
