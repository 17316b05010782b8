/** The data of libyt's rounds: C and C++ callers, what Python finds in the module `libyt`, what the library refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { FETCHED, fetchingNotebook, fetchOfOneThatNeverComes } from '../support/libyt-grids';
import { Told } from '../support/told';

/** Reaches every way to data of this rank and of the next one, in each round. */
const LOOK = readFileSync(join(__dirname, 'programs', 'libyt_many.py'), 'utf8');
/** Checks everything in the module. */
const CHECK = readFileSync(join(__dirname, 'programs', 'libyt_check.py'), 'utf8');

describe('data of a simulation written for libyt', () => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  for (const [ranks, dims, offset] of [
    [1, 1, 1],
    [2, 3, 0],
    [3, 2, 1],
    [4, 3, 1],
  ] as const) {
    check(
      `is in the module as it was given, here and from other ranks: ${dims} dimensions, first grid ${offset}, ${ranks} ranks`,
      async () => {
        job = Job.launch({
          ranks,
          program: 'libyt_grids',
          args: ['2', String(dims), String(offset)],
          scripts: { 'libyt_grids_script.py': CHECK },
          env: { ALLRANKS_MODE: 'normal' },
          supervised: false,
        });
        expect(await job.end(60_000)).toBe(0);
        expect(job.output.text).toContain(`checked 2 rounds on ${ranks} ranks`);
        expect(job.output.text).not.toContain('YT_WARNING');
      },
      90_000,
    );
  }

  check(
    'comes from a program in C too',
    async () => {
      job = Job.launch({
        ranks: 2,
        program: 'libyt_from_c',
        scripts: {
          'libyt_from_c_script.py': `
import libyt
from allranks import rank
def look(*args):
    array = libyt.grid_data[rank]["Dens"]
    print(f"rank {rank}:", args, array.shape, array[1, 2, 3], libyt.param_user, libyt.param_yt["fig_basename"], "particle_list" in libyt.param_yt,
          "par_count_list" in libyt.hierarchy, sorted(libyt.libyt_info), flush=True)
`,
        },
        env: { ALLRANKS_MODE: 'normal' },
        supervised: false,
      });
      expect(await job.end(60_000)).toBe(0);
      for (const [rank, value] of [
        [0, '23.0'],
        [1, '123.0'],
      ]) {
        for (const args of ['()', "(1, 'two')"]) {
          expect(job.output.text).toContain(
            `rank ${rank}: ${args} (2, 3, 4) ${value} {'some': (3, 4), 'large': -5000000000, 'small': 0.25} Fig000000000 False False ` +
              `['INTERACTIVE_MODE', 'JUPYTER_KERNEL', 'SERIAL_MODE', 'SUPPORT_TIMER', 'version']`,
          );
        }
      }
    },
    60_000,
  );

  check(
    'arrays that a script keeps after the round are told about',
    async () => {
      const script =
        'import libyt\nkept = []\ndef check():\n    kept.append(libyt.grid_data[next(iter(libyt.grid_data))]["Cell"])\ndef after(): pass\n';
      job = Job.launch({
        ranks: 2,
        program: 'libyt_grids',
        args: ['3'],
        scripts: { 'libyt_grids_script.py': script },
        supervised: false,
      });
      expect(await job.end(60_000)).toBe(0);
      for (const rank of [0, 1]) {
        const told = job.output.text.split(`yt_free: rank ${rank}: Python still holds 1 arrays of libyt.grid_data`).length - 1;
        expect(told).toBe(1);
      }
    },
    60_000,
  );

  check(
    'that hangs in a reference cycle is collected by yt_free; a round of which nothing is held costs no collection',
    async () => {
      const script = `
import gc, libyt
from allranks import rank
gc.disable()
collections = rounds = 0
def count(phase, info):
    global collections
    collections += phase == "stop"
gc.callbacks.append(count)
class Holder: pass
def check():
    global rounds
    array = libyt.grid_data[next(iter(libyt.grid_data))]["Cell"]
    if rounds == 1:
        holder = Holder()
        holder.itself, holder.array = holder, array
    print(f"rank {rank}, round {rounds}: {collections} collections", flush=True)
    rounds += 1
def after():
    print(f"rank {rank}, at the end: {collections} collections", flush=True)
`;
      job = Job.launch({ ranks: 2, program: 'libyt_grids', args: ['4'], scripts: { 'libyt_grids_script.py': script }, supervised: false });
      expect(await job.end(60_000)).toBe(0);
      for (const rank of [0, 1]) {
        for (const text of ['round 0: 0', 'round 1: 0', 'round 2: 1', 'round 3: 1', 'at the end: 1']) {
          expect(job.output.text).toContain(`rank ${rank}, ${text} collections\n`);
        }
      }
      expect(job.output.text).not.toContain('YT_WARNING');
    },
    60_000,
  );

  check(
    'needs no inline script: one that is missing is created empty, and told',
    async () => {
      job = Job.launch({ ranks: 2, program: 'libyt_grids', args: ['2'], supervised: false });
      expect(await job.end(60_000)).toBe(0);
      expect(job.output.text.split('the inline script libyt_grids_script.py did not exist; an empty one was created.')).toHaveLength(2);
      expect(readFileSync(join(job.sandbox.cwd, 'libyt_grids_script.py'), 'utf8')).toBe('');
    },
    60_000,
  );

  check(
    'of many rounds on 4 ranks leaves nothing behind, with particles, callbacks and what is fetched from other ranks',
    async () => {
      job = Job.launch({
        ranks: 4,
        program: 'libyt_many',
        args: ['4', '1000', 'all'],
        scripts: { 'libyt_many_script.py': LOOK },
        env: { ALLRANKS_MODE: 'normal' },
        supervised: false,
      });
      expect(await job.end(60_000)).toBe(0);
      const [, bytes] = await job.printed(/growth: (-?\d+) bytes in 500 rounds/);
      // One array of a field (2 KB and its object) lost in each round would be 1.1 MB.
      expect(Number(bytes)).toBeLessThan(1_000_000);
    },
    60_000,
  );

  check(
    'of many rounds leaves nothing behind',
    async () => {
      const script =
        'import libyt\ndef look():\n    assert libyt.grid_data[0]["Dens"].sum() == 512 and libyt.hierarchy["proc_num"].max() == 0\n';
      job = Job.launch({
        ranks: 1,
        program: 'libyt_many',
        args: ['20', '10000'],
        scripts: { 'libyt_many_script.py': script },
        env: { ALLRANKS_MODE: 'normal' },
        supervised: false,
      });
      expect(await job.end(60_000)).toBe(0);
      const [, bytes] = await job.printed(/growth: (-?\d+) bytes in 5000 rounds/);
      // One array (object, view and buffer) lost in each round would be 2 MB; Python's allocator takes 1 MB at a time.
      expect(Number(bytes)).toBeLessThan(1_500_000);
    },
    60_000,
  );

  check(
    'that is wrong on one rank is refused on all of them, in a sentence that names rank, grid and field',
    async () => {
      job = Job.launch({ ranks: 3, program: 'libyt_faults', scripts: { 'libyt_faults_script.py': '' }, supervised: false });
      expect(await job.end(60_000)).toBe(0);
      const told = new Told(job.output.text);
      const refused: [string, string | RegExp][] = [
        ['initialize_before_mpi', 'yt_initialize: MPI is not running; call it between MPI_Init and MPI_Finalize'],
        ...Object.entries({
          set: 'yt_set_Parameters',
          user: 'yt_set_UserParameterInt',
          text: 'yt_set_UserParameterString',
          fields: 'yt_get_FieldsPtr',
          particles: 'yt_get_ParticlesPtr',
          grids: 'yt_get_GridsPtr',
          commit: 'yt_commit',
          question: 'yt_getGridInfo_ParentId',
          run: 'yt_run_Function',
          arguments: 'yt_run_FunctionArguments',
          kernel: 'yt_run_JupyterKernel',
          console: 'yt_run_InteractiveMode',
          reload: 'yt_run_ReloadScript',
          free: 'yt_free',
          finalize: 'yt_finalize',
        }).map(([name, function_]): [string, string] => [
          `${name}_before_initialize`,
          `${function_}: called before the library was initialised`,
        ]),
        ['initialize_null', 'yt_initialize: param_libyt is NULL'],
        ['initialize_twice', 'yt_initialize: the library is initialised already'],
        ['fields_before_parameters', 'yt_set_Parameters has not been called in this round; call it before yt_get_FieldsPtr'],
        ['particles_before_parameters', 'yt_set_Parameters has not been called in this round; call it before yt_get_ParticlesPtr'],
        ['grids_before_parameters', 'yt_set_Parameters has not been called in this round; call it before yt_get_GridsPtr'],
        ['commit_before_parameters', 'rank 0: yt_set_Parameters has not been called in this round; call it before yt_commit'],
        ['question_before_commit', 'nothing has been committed; call yt_commit before yt_getGridInfo_ParentId'],
        ['parameters_null', 'param_yt is NULL'],
        ['parameters_unset', 'frontend is not set'],
        ['user_null', 'yt_set_UserParameterInt("a"): the input is NULL'],
        ['user_key_null', 'yt_set_UserParameterDouble: the key is NULL or empty'],
        ['user_none', 'yt_set_UserParameterDouble("a"): n is 0, it must be at least 1'],
        ['text_null', 'yt_set_UserParameterString("a"): the input is NULL'],
        ['text_key_null', 'yt_set_UserParameterString: the key is NULL or empty'],
        ['no_frontend', 'frontend is not set'],
        ['no_left_edge', 'domain_left_edge[1] is not set'],
        ['no_velocity_unit', 'velocity_unit is not set'],
        ['no_redshift', 'current_redshift is not set'],
        ['four_dimensions', 'dimensionality is 4, it must be 1, 2 or 3'],
        ['no_species_list', 'num_par_types is 2, but par_type_list is NULL'],
        ['parameters_twice', 'the round before has not been freed; call yt_free at its end'],
        ['fields_null', 'the pointer to the result is NULL'],
        ['particles_null', 'the pointer to the result is NULL'],
        ['grids_null', 'the pointer to the result is NULL'],
        ['commit_without_pointers', 'rank 0: yt_get_FieldsPtr has not been called, though num_fields is 17'],
        ['finalize_in_round', 'a round has not been freed; call yt_free before yt_finalize'],
        ['commit_without_parameters_on_one_rank', 'rank 2: yt_set_Parameters has not been called in this round; call it before yt_commit'],
        ['field_not_filled_in', 'rank 2: element 17 of field_list: field_name is not set'],
        ['grids_missing', 'num_grids is 10, but the num_grids_local of all ranks together are 9'],
        ['num_grids_differ', 'num_grids differs between ranks: from 9 to 10'],
        ['num_fields_differ', 'num_fields differs between ranks: from 17 to 18'],
        ['num_par_types_differ', 'num_par_types differs between ranks: from 2 to 3'],
        ['index_offsets_differ', 'index_offset differs between ranks: from 0 to 1'],
        ['dimensions_differ', 'dimensionality differs between ranks: from 2 to 3'],
        ['no_fields', 'num_fields is 0, there is nothing to fill in'],
        ['no_particles', 'num_par_types is 0, there is nothing to fill in'],
        ['no_grids', 'num_grids_local is 0, there is nothing to fill in'],
        ['field_without_name', 'rank 2: element 2 of field_list: field_name is not set'],
        ['field_twice', "rank 2: field 'Cell' is given twice"],
        ['field_kind', "rank 2: field 'Face': field_type is 'node', it must be cell-centered, face-centered or derived_func"],
        ['field_dtype', "rank 2: field 'Cell': field_dtype is not set, or unknown (13)"],
        ['ghosts', "rank 2: field 'Cell': field_ghost_cell[3] is -1, it must not be negative"],
        ['no_derived_func', "rank 2: field 'Derived': derived_func is NULL"],
        ['alias_null', "rank 2: field 'Face': alias 0 is NULL"],
        ['attribute_without_name', "rank 2: particle type 'tracer': attr_name of element 2 of attr_list is not set"],
        ['attribute_dtype', "rank 2: attribute 'mass' of particle type 'io': attr_dtype is unknown (99)"],
        ['no_coordinate', "rank 2: particle type 'tracer': coor_y is NULL"],
        ['odd_coordinate', "rank 2: particle type 'tracer': coor_y is 'height', which is no attribute of it"],
        ['no_get_par_attr', "rank 2: attribute 'x' of particle type 'io' in grid 2: data_ptr is NULL, and there is no get_par_attr"],
        ['no_id', 'rank 2: element 1 of grids_local: id is not set'],
        ['id_range', 'rank 2: grid id 77 is out of range; ids go from 0 to 8'],
        ['id_twice', 'grid id 2 is given twice, by rank 2 and rank 2'],
        ['no_dimensions', 'rank 2: grid 6: grid_dimensions[1] is not set'],
        ['zero_dimensions', 'rank 2: grid 6: grid_dimensions[2] is 0, it must be at least 1'],
        ['no_edge', 'rank 2: grid 2: right_edge[2] is not set'],
        ['edges_swapped', /rank 2: grid 2: left_edge\[0\] is 3.0+, not below right_edge\[0\], 2.0+/],
        ['edge_nan', /rank 2: grid 2: left_edge\[0\] is nan, not below right_edge\[0\], 3.0+/],
        ['out_of_domain', 'rank 2: grid 2: it reaches out of the domain along axis 1'],
        ['out_of_parent', /rank \d: grid \d: it reaches out of (its parent \d|the domain) along axis 1/],
        ['parent_unset', 'rank 2: grid 4: parent_id is not set'],
        ['parent_none', 'rank 2: grid 4: it is of level 1, but its parent_id -1 is no grid'],
        ['parent_level', 'rank 2: grid 6: it is of level 2, but its parent 2 is of level 0'],
        ['level_negative', 'rank 2: grid 2: level is -1, it must not be negative'],
        ['no_data', "rank 2: field 'Straight' of grid 4: data_ptr is NULL"],
        ['data_dtype', "rank 2: field 'Straight' of grid 4: data_dtype is unknown (-3)"],
        ['face_dimensions', "rank 2: field 'Face' of grid 6: data_dimensions[0] is 0; for a face-centered field it must be set"],
        ['particles_negative', 'rank 2: grid 6: par_count_list[0] is -1, it must not be negative'],
        ['fields_after_commit', 'the round has been committed; call it between yt_set_Parameters and yt_commit'],
        ['question_unknown_grid', 'there is no grid 1000'],
        ['question_negative_grid', 'there is no grid -1'],
        ['question_null', 'the pointer to the result is NULL'],
        ['question_unknown_species', "there is no particle type 'dust'"],
        ['question_null_name', 'the name of the field is NULL'],
        ['question_unknown_field', "there is no field 'Mach'"],
        ['question_other_rank', /grid \d lies on rank \d, not on this one/],
        ['run_null', 'yt_run_Function: the function name is NULL or empty'],
        ['argument_null', 'yt_run_FunctionArguments: an argument is NULL'],
        ['kernel_null', 'yt_run_JupyterKernel: the name of the flag file is NULL'],
        ['console_null', 'yt_run_InteractiveMode: the name of the flag file is NULL'],
        ['reload_null', 'yt_run_ReloadScript: the name of the file to reload, or of the script, is NULL'],
        ['question_after_free', 'nothing has been committed; call yt_commit before yt_getGridInfo_Level'],
        ['memory_after_free', 'nothing has been committed; call yt_commit before yt_getGridInfo_FieldData'],
        ['finalize_twice', 'yt_finalize: called after the library was finalized'],
      ];
      for (const [name, text] of refused) told.expectAll(name, text);
      for (const name of ['initialize', 'nothing_committed', 'free_uncommitted', 'console_without_flag', 'reload_without_flag', 'finalize'])
        told.expectAll(name, undefined);
      // Each of the 30 faults could be mended in the same round; a second commit is refused.
      const mended = told.of('mended');
      expect(mended).toHaveLength(90);
      expect(mended.filter((line) => line.split(' ')[1] !== '1')).toEqual([]);
      const again = told.of('committed_twice');
      expect(again).toHaveLength(90);
      expect(again.filter((line) => !line.endsWith('the round has been committed already; call yt_free before the next'))).toEqual([]);
    },
    60_000,
  );

  check(
    'is taken as it is without check_data, fields without memory are absent, and what a callback throws is RuntimeError',
    async () => {
      const script = `
import libyt
from allranks import rank
def look():
    given = {gid: set(fields) for gid, fields in libyt.grid_data.items()}
    if rank == 2:
        assert list(given) == [2, 4] and 6 not in libyt.grid_data and libyt.grid_data.get(6) is None, given
        assert given[2] - given[4] == {"Straight"} and given[4] < given[2], given
    else:
        assert len(given) == 3 and all("Straight" in fields for fields in given.values()), given
    assert libyt.hierarchy["grid_parent_id"][6, 0] == 1000 and libyt.hierarchy["grid_left_edge"][2, 0] == 3
    assert libyt.param_yt["particle_list"]["tracer"]["particle_coor_label"] == ["x", "height" if rank == 2 else "y", "z"]
def told(name, function, *args):
    try:
        function(*args)
        print(name, rank, 1, "", flush=True)
    except Exception as error:
        print(name, rank, 0, f"{type(error).__name__}: {error}", flush=True)
def callbacks():
    told("derived", libyt.derived_func, rank, "Derived")
    told("particle", libyt.get_particle, 4 if rank == 2 else next(gid for gid in libyt.grid_data if gid % 3), "io", b"x")
`;
      job = Job.launch({
        ranks: 3,
        program: 'libyt_faults',
        args: ['unchecked'],
        scripts: { 'libyt_faults_script.py': script },
        env: { ALLRANKS_MODE: 'normal' },
        supervised: false,
      });
      expect(await job.end(60_000)).toBe(0);
      const told = new Told(job.output.text);
      for (const name of ['commit_unchecked', 'look', 'commit_callbacks', 'callbacks', 'finalize']) told.expectAll(name, undefined);
      const alone = (text: string) => (rank: number) => (rank === 2 ? text : undefined);
      told.expectAll('question_without_data', alone("field 'Straight' of grid 4 has no data"));
      // Places in memory depend on ids.
      told.expectAll('id_unchecked', 'rank 2: grid id 77 is out of range; ids go from 0 to 8');
      told.expectAll('derived', alone("RuntimeError: derived_func of the simulation threw for 'Derived' in grid 2: no table for this"));
      told.expectAll('particle', alone("RuntimeError: get_par_attr of the simulation threw for 'io.x' in grid 4: an unknown exception"));
    },
    60_000,
  );

  check(
    'is fetched from a rank that comes late, and a rank that never comes can be interrupted without harm to the next fetch',
    async () => {
      const { notebook } = await fetchingNotebook((started) => (job = started));
      expect(await notebook.value('fetched()')).toEqual(FETCHED);
      await notebook.ok('if allranks.rank == 0: time.sleep(0.5)\nlate = fetch()');
      for (let attempt = 0; attempt < 3; ++attempt) {
        await fetchOfOneThatNeverComes(notebook);
        expect(await notebook.value('fetched()')).toEqual(FETCHED);
      }
      await notebook.ok('%live resume');
      expect(await job!.end(30_000)).toBe(0);
    },
    60_000,
  );
});
